// Numbers and sizes of include/uapi/linux/xfrm.h and linux/in.h, named as there.

export const XFRM_MSG_NEWSA = 0x10;
export const XFRM_MSG_DELSA = 0x11;
export const XFRM_MSG_GETSA = 0x12;
export const XFRM_MSG_NEWPOLICY = 0x13;
export const XFRM_MSG_DELPOLICY = 0x14;
export const XFRM_MSG_GETPOLICY = 0x15;

/** Attributes: enum xfrm_attr_type_t. */
export const XFRMA_TMPL = 5;
export const XFRMA_ALG_AEAD = 18;
export const XFRMA_REPLAY_ESN_VAL = 23;

/** Groups of events, as masks for bind(): XFRMNLGRP_SA is 3, XFRMNLGRP_POLICY is 4. */
export const XFRMNLGRP_SA_MASK = 1 << 2;
export const XFRMNLGRP_POLICY_MASK = 1 << 3;

export const XFRM_POLICY_IN = 0;
export const XFRM_POLICY_OUT = 1;
export const XFRM_POLICY_ALLOW = 0;
export const XFRM_MODE_TRANSPORT = 0;
/** Numbers of packets have 64 bits. */
export const XFRM_STATE_ESN = 128;
/** No limit: XFRM_INF. */
export const XFRM_INF = 0xffff_ffff_ffff_ffffn;

export const IPPROTO_UDP = 17;
export const IPPROTO_ESP = 50;

/** Bytes of struct xfrm_selector, xfrm_userpolicy_info, xfrm_usersa_info, xfrm_user_tmpl, and the name in xfrm_algo_aead. */
export const SELECTOR_LENGTH = 56;
export const POLICY_LENGTH = 168;
export const STATE_LENGTH = 224;
export const TEMPLATE_LENGTH = 64;
export const ALGORITHM_NAME_LENGTH = 64;
