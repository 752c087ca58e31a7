// Traffic control: include/uapi/linux/rtnetlink.h, pkt_sched.h, pkt_cls.h, tc_act/tc_mirred.h, if_ether.h.

export const RTM_NEWQDISC = 36;
export const RTM_DELQDISC = 37;
export const RTM_GETQDISC = 38;
export const RTM_NEWTFILTER = 44;
export const RTM_DELTFILTER = 45;
export const RTM_GETTFILTER = 46;

/** struct tcmsg: family u8, pads u8 and u16, index i32, handle u32, parent u32, info u32. */
export const TCMSG_LENGTH = 20;

export const TCA_KIND = 1;
export const TCA_OPTIONS = 2;

/** Parents: what a link sends; the place of the queueing discipline for what comes in; what comes in, whichever has that place. */
export const TC_H_ROOT = 0xffff_ffff;
export const TC_H_INGRESS = 0xffff_fff1;
export const TC_H_CLSACT_INGRESS = 0xffff_fff2;
/** The handle of whatever is at TC_H_INGRESS. */
export const INGRESS_HANDLE = 0xffff_0000;

export const TCA_TBF_PARMS = 1;
/** Since 3.12: bytes a second that do not fit into 32 bits. */
export const TCA_TBF_RATE64 = 4;
/** Since 3.14: the burst in bytes. */
export const TCA_TBF_BURST = 6;
/** struct tc_ratespec: cell_log u8, linklayer u8, overhead u16, cell_align i16, mpu u16, rate u32. */
export const RATESPEC_LENGTH = 12;
/** struct tc_tbf_qopt: rate and peakrate (struct tc_ratespec), limit u32, buffer u32, mtu u32. */
export const TBF_QOPT_LENGTH = 36;
/** The kernel works out itself how long a packet takes, since 3.11; where it is not said it wants a table of that. */
export const TC_LINKLAYER_ETHERNET = 1;

export const TCA_U32_SEL = 5;
export const TCA_U32_ACT = 7;
/** struct tc_u32_sel: flags, offshift, nkeys, pad (u8 each), then 12 bytes about offsets. */
export const U32_SEL_LENGTH = 16;
/** struct tc_u32_key: mask be32, value be32, offset i32, offset's mask i32. */
export const U32_KEY_LENGTH = 16;
export const TC_U32_TERMINAL = 1;
/** The first key of the first table: what the kernel calls it that is not told. */
export const U32_FIRST_HANDLE = 0x8000_0800;
export const ETH_P_ALL = 3;

export const TCA_ACT_KIND = 1;
export const TCA_ACT_OPTIONS = 2;
export const TCA_MIRRED_PARMS = 2;
/** struct tc_mirred: index u32, capabilities u32, action i32, references i32, bindings i32, eaction i32, ifindex u32. */
export const MIRRED_LENGTH = 28;
export const TC_ACT_STOLEN = 4;
export const TCA_EGRESS_REDIR = 1;
