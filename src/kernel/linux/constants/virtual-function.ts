// Virtual functions of SR-IOV in RTM_SETLINK and RTM_NEWLINK of the physical one: include/uapi/linux/if_link.h, rtnetlink.h.

/** u32 in IFLA_EXT_MASK: tell of virtual functions. */
export const RTEXT_FILTER_VF = 1;

export const IFLA_VFINFO_LIST = 22;
/** In IFLA_VFINFO_LIST: all about one. */
export const IFLA_VF_INFO = 1;

/** struct ifla_vf_mac: vf u32, mac u8[32]. */
export const IFLA_VF_MAC = 1;
export const VF_MAC_LENGTH = 32;
/** struct ifla_vf_vlan: vf u32, vlan u32, qos u32. */
export const IFLA_VF_VLAN = 2;
/** struct ifla_vf_spoofchk: vf u32, setting u32. */
export const IFLA_VF_SPOOFCHK = 4;
/** struct ifla_vf_link_state: vf u32, link_state u32. */
export const IFLA_VF_LINK_STATE = 5;
/** struct ifla_vf_rate: vf u32, min_tx_rate u32, max_tx_rate u32, in Mbit/s. */
export const IFLA_VF_RATE = 6;
/** struct ifla_vf_trust: vf u32, setting u32. */
export const IFLA_VF_TRUST = 9;

/** IFLA_VF_LINK_STATE_AUTO, _ENABLE, _DISABLE, by their numbers. */
export const VF_LINK_STATES = ['auto', 'enable', 'disable'] as const;
