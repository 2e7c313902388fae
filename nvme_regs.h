/* nvme: NVM Express controller.  Made by `devpoke desc export` of NVM Express Base
 * Specification 2.0, section 3.1.3 */
#ifndef NVME_REGS_H
#define NVME_REGS_H

/* CAP, 64 bits, ro: Controller capabilities */
#define NVME_CAP                0x0U
#define NVME_CAP_CRMS_SHIFT     59U
#define NVME_CAP_CRMS_MASK      0x1800000000000000ULL
#define NVME_CAP_NSSS_SHIFT     58U
#define NVME_CAP_NSSS_MASK      0x400000000000000ULL
#define NVME_CAP_CMBS_SHIFT     57U
#define NVME_CAP_CMBS_MASK      0x200000000000000ULL
#define NVME_CAP_PMRS_SHIFT     56U
#define NVME_CAP_PMRS_MASK      0x100000000000000ULL
#define NVME_CAP_MPSMAX_SHIFT   52U
#define NVME_CAP_MPSMAX_MASK    0xf0000000000000ULL
#define NVME_CAP_MPSMAX_K4      0x0U
#define NVME_CAP_MPSMAX_K8      0x1U
#define NVME_CAP_MPSMAX_K16     0x2U
#define NVME_CAP_MPSMAX_K32     0x3U
#define NVME_CAP_MPSMAX_K64     0x4U
#define NVME_CAP_MPSMAX_K128    0x5U
#define NVME_CAP_MPSMAX_K256    0x6U
#define NVME_CAP_MPSMAX_K512    0x7U
#define NVME_CAP_MPSMAX_M1      0x8U
#define NVME_CAP_MPSMAX_M2      0x9U
#define NVME_CAP_MPSMAX_M4      0xaU
#define NVME_CAP_MPSMAX_M8      0xbU
#define NVME_CAP_MPSMAX_M16     0xcU
#define NVME_CAP_MPSMAX_M32     0xdU
#define NVME_CAP_MPSMAX_M64     0xeU
#define NVME_CAP_MPSMAX_M128    0xfU
#define NVME_CAP_MPSMIN_SHIFT   48U
#define NVME_CAP_MPSMIN_MASK    0xf000000000000ULL
#define NVME_CAP_MPSMIN_K4      0x0U
#define NVME_CAP_MPSMIN_K8      0x1U
#define NVME_CAP_MPSMIN_K16     0x2U
#define NVME_CAP_MPSMIN_K32     0x3U
#define NVME_CAP_MPSMIN_K64     0x4U
#define NVME_CAP_MPSMIN_K128    0x5U
#define NVME_CAP_MPSMIN_K256    0x6U
#define NVME_CAP_MPSMIN_K512    0x7U
#define NVME_CAP_MPSMIN_M1      0x8U
#define NVME_CAP_MPSMIN_M2      0x9U
#define NVME_CAP_MPSMIN_M4      0xaU
#define NVME_CAP_MPSMIN_M8      0xbU
#define NVME_CAP_MPSMIN_M16     0xcU
#define NVME_CAP_MPSMIN_M32     0xdU
#define NVME_CAP_MPSMIN_M64     0xeU
#define NVME_CAP_MPSMIN_M128    0xfU
#define NVME_CAP_CPS_SHIFT      46U
#define NVME_CAP_CPS_MASK       0xc00000000000ULL
#define NVME_CAP_CPS_UNREPORTED 0x0U
#define NVME_CAP_CPS_CONTROLLER 0x1U
#define NVME_CAP_CPS_DOMAIN     0x2U
#define NVME_CAP_CPS_SUBSYSTEM  0x3U
#define NVME_CAP_BPS_SHIFT      45U
#define NVME_CAP_BPS_MASK       0x200000000000ULL
#define NVME_CAP_CSS_SHIFT      37U
#define NVME_CAP_CSS_MASK       0x1fe000000000ULL
#define NVME_CAP_NSSRS_SHIFT    36U
#define NVME_CAP_NSSRS_MASK     0x1000000000ULL
#define NVME_CAP_DSTRD_SHIFT    32U
#define NVME_CAP_DSTRD_MASK     0xf00000000ULL
#define NVME_CAP_TO_SHIFT       24U
#define NVME_CAP_TO_MASK        0xff000000U
#define NVME_CAP_AMS_SHIFT      17U
#define NVME_CAP_AMS_MASK       0x60000U
#define NVME_CAP_CQR_SHIFT      16U
#define NVME_CAP_CQR_MASK       0x10000U
#define NVME_CAP_MQES_SHIFT     0U
#define NVME_CAP_MQES_MASK      0xffffU

/* VS, 32 bits, ro: Version of the specification */
#define NVME_VS           0x8U
#define NVME_VS_MJR_SHIFT 16U
#define NVME_VS_MJR_MASK  0xffff0000U
#define NVME_VS_MNR_SHIFT 8U
#define NVME_VS_MNR_MASK  0xff00U
#define NVME_VS_TER_SHIFT 0U
#define NVME_VS_TER_MASK  0xffU

/* INTMS, 32 bits, rw: Interrupt mask set */
#define NVME_INTMS 0xcU

/* INTMC, 32 bits, rw: Interrupt mask clear */
#define NVME_INTMC 0x10U

/* CC, 32 bits, rw: Controller configuration */
#define NVME_CC              0x14U
#define NVME_CC_CRIME_SHIFT  24U
#define NVME_CC_CRIME_MASK   0x1000000U
#define NVME_CC_IOCQES_SHIFT 20U
#define NVME_CC_IOCQES_MASK  0xf00000U
#define NVME_CC_IOSQES_SHIFT 16U
#define NVME_CC_IOSQES_MASK  0xf0000U
#define NVME_CC_SHN_SHIFT    14U
#define NVME_CC_SHN_MASK     0xc000U
#define NVME_CC_SHN_NONE     0x0U
#define NVME_CC_SHN_NORMAL   0x1U
#define NVME_CC_SHN_ABRUPT   0x2U
#define NVME_CC_AMS_SHIFT    11U
#define NVME_CC_AMS_MASK     0x3800U
#define NVME_CC_AMS_RR       0x0U
#define NVME_CC_AMS_WRRU     0x1U
#define NVME_CC_AMS_VS       0x7U
#define NVME_CC_MPS_SHIFT    7U
#define NVME_CC_MPS_MASK     0x780U
#define NVME_CC_MPS_K4       0x0U
#define NVME_CC_MPS_K8       0x1U
#define NVME_CC_MPS_K16      0x2U
#define NVME_CC_MPS_K32      0x3U
#define NVME_CC_MPS_K64      0x4U
#define NVME_CC_MPS_K128     0x5U
#define NVME_CC_MPS_K256     0x6U
#define NVME_CC_MPS_K512     0x7U
#define NVME_CC_MPS_M1       0x8U
#define NVME_CC_MPS_M2       0x9U
#define NVME_CC_MPS_M4       0xaU
#define NVME_CC_MPS_M8       0xbU
#define NVME_CC_MPS_M16      0xcU
#define NVME_CC_MPS_M32      0xdU
#define NVME_CC_MPS_M64      0xeU
#define NVME_CC_MPS_M128     0xfU
#define NVME_CC_CSS_SHIFT    4U
#define NVME_CC_CSS_MASK     0x70U
#define NVME_CC_CSS_NVM      0x0U
#define NVME_CC_CSS_CSI      0x6U
#define NVME_CC_CSS_ADMIN    0x7U
#define NVME_CC_EN_SHIFT     0U
#define NVME_CC_EN_MASK      0x1U

/* CSTS, 32 bits, ro: Controller status */
#define NVME_CSTS                0x1cU
#define NVME_CSTS_ST_SHIFT       6U
#define NVME_CSTS_ST_MASK        0x40U
#define NVME_CSTS_PP_SHIFT       5U
#define NVME_CSTS_PP_MASK        0x20U
#define NVME_CSTS_NSSRO_SHIFT    4U
#define NVME_CSTS_NSSRO_MASK     0x10U
#define NVME_CSTS_SHST_SHIFT     2U
#define NVME_CSTS_SHST_MASK      0xcU
#define NVME_CSTS_SHST_NORMAL    0x0U
#define NVME_CSTS_SHST_OCCURRING 0x1U
#define NVME_CSTS_SHST_COMPLETE  0x2U
#define NVME_CSTS_CFS_SHIFT      1U
#define NVME_CSTS_CFS_MASK       0x2U
#define NVME_CSTS_RDY_SHIFT      0U
#define NVME_CSTS_RDY_MASK       0x1U

/* NSSR, 32 bits, rw: NVM subsystem reset, all controllers of the subsystem; the word reset is
 * "NVMe" in ASCII */
#define NVME_NSSR       0x20U
#define NVME_NSSR_IDLE  0x0U
#define NVME_NSSR_RESET 0x4e564d65U

/* AQA, 32 bits, rw: Admin queue attributes */
#define NVME_AQA            0x24U
#define NVME_AQA_ACQS_SHIFT 16U
#define NVME_AQA_ACQS_MASK  0xfff0000U
#define NVME_AQA_ASQS_SHIFT 0U
#define NVME_AQA_ASQS_MASK  0xfffU

/* ASQ, 64 bits, rw: Admin submission queue */
#define NVME_ASQ            0x28U
#define NVME_ASQ_ASQB_SHIFT 12U
#define NVME_ASQ_ASQB_MASK  0xfffffffffffff000ULL

/* ACQ, 64 bits, rw: Admin completion queue */
#define NVME_ACQ            0x30U
#define NVME_ACQ_ACQB_SHIFT 12U
#define NVME_ACQ_ACQB_MASK  0xfffffffffffff000ULL

/* CMBLOC, 32 bits, ro: Controller memory buffer location; zero until CMBMSC.CRE is set */
#define NVME_CMBLOC               0x38U
#define NVME_CMBLOC_OFST_SHIFT    12U
#define NVME_CMBLOC_OFST_MASK     0xfffff000U
#define NVME_CMBLOC_CQDA_SHIFT    8U
#define NVME_CMBLOC_CQDA_MASK     0x100U
#define NVME_CMBLOC_CDMMMS_SHIFT  7U
#define NVME_CMBLOC_CDMMMS_MASK   0x80U
#define NVME_CMBLOC_CDPCILS_SHIFT 6U
#define NVME_CMBLOC_CDPCILS_MASK  0x40U
#define NVME_CMBLOC_CDPMLS_SHIFT  5U
#define NVME_CMBLOC_CDPMLS_MASK   0x20U
#define NVME_CMBLOC_CQPDS_SHIFT   4U
#define NVME_CMBLOC_CQPDS_MASK    0x10U
#define NVME_CMBLOC_CQMMS_SHIFT   3U
#define NVME_CMBLOC_CQMMS_MASK    0x8U
#define NVME_CMBLOC_BIR_SHIFT     0U
#define NVME_CMBLOC_BIR_MASK      0x7U

/* CMBSZ, 32 bits, ro: Controller memory buffer size; zero until CMBMSC.CRE is set */
#define NVME_CMBSZ             0x3cU
#define NVME_CMBSZ_SZ_SHIFT    12U
#define NVME_CMBSZ_SZ_MASK     0xfffff000U
#define NVME_CMBSZ_SZU_SHIFT   8U
#define NVME_CMBSZ_SZU_MASK    0xf00U
#define NVME_CMBSZ_SZU_K4      0x0U
#define NVME_CMBSZ_SZU_K64     0x1U
#define NVME_CMBSZ_SZU_M1      0x2U
#define NVME_CMBSZ_SZU_M16     0x3U
#define NVME_CMBSZ_SZU_M256    0x4U
#define NVME_CMBSZ_SZU_G4      0x5U
#define NVME_CMBSZ_SZU_G64     0x6U
#define NVME_CMBSZ_WDS_SHIFT   4U
#define NVME_CMBSZ_WDS_MASK    0x10U
#define NVME_CMBSZ_RDS_SHIFT   3U
#define NVME_CMBSZ_RDS_MASK    0x8U
#define NVME_CMBSZ_LISTS_SHIFT 2U
#define NVME_CMBSZ_LISTS_MASK  0x4U
#define NVME_CMBSZ_CQS_SHIFT   1U
#define NVME_CMBSZ_CQS_MASK    0x2U
#define NVME_CMBSZ_SQS_SHIFT   0U
#define NVME_CMBSZ_SQS_MASK    0x1U

/* BPINFO, 32 bits, ro: Boot partition information */
#define NVME_BPINFO             0x40U
#define NVME_BPINFO_ABPID_SHIFT 31U
#define NVME_BPINFO_ABPID_MASK  0x80000000U
#define NVME_BPINFO_BRS_SHIFT   24U
#define NVME_BPINFO_BRS_MASK    0x3000000U
#define NVME_BPINFO_BRS_NONE    0x0U
#define NVME_BPINFO_BRS_READING 0x1U
#define NVME_BPINFO_BRS_DONE    0x2U
#define NVME_BPINFO_BRS_FAILED  0x3U
#define NVME_BPINFO_BPSZ_SHIFT  0U
#define NVME_BPINFO_BPSZ_MASK   0x7fffU

/* BPRSEL, 32 bits, rw: Boot partition read select; a write starts the transfer */
#define NVME_BPRSEL             0x44U
#define NVME_BPRSEL_BPID_SHIFT  31U
#define NVME_BPRSEL_BPID_MASK   0x80000000U
#define NVME_BPRSEL_BPROF_SHIFT 10U
#define NVME_BPRSEL_BPROF_MASK  0x3ffffc00U
#define NVME_BPRSEL_BPRSZ_SHIFT 0U
#define NVME_BPRSEL_BPRSZ_MASK  0x3ffU

/* BPMBL, 64 bits, rw: Boot partition memory buffer location */
#define NVME_BPMBL             0x48U
#define NVME_BPMBL_BMBBA_SHIFT 12U
#define NVME_BPMBL_BMBBA_MASK  0xfffffffffffff000ULL

/* CMBMSC, 64 bits, rw: Controller memory buffer memory space control */
#define NVME_CMBMSC            0x50U
#define NVME_CMBMSC_CBA_SHIFT  12U
#define NVME_CMBMSC_CBA_MASK   0xfffffffffffff000ULL
#define NVME_CMBMSC_CMSE_SHIFT 1U
#define NVME_CMBMSC_CMSE_MASK  0x2U
#define NVME_CMBMSC_CRE_SHIFT  0U
#define NVME_CMBMSC_CRE_MASK   0x1U

/* CMBSTS, 32 bits, ro: Controller memory buffer status */
#define NVME_CMBSTS            0x58U
#define NVME_CMBSTS_CBAI_SHIFT 0U
#define NVME_CMBSTS_CBAI_MASK  0x1U

/* CMBEBS, 32 bits, ro: Controller memory buffer elasticity buffer size */
#define NVME_CMBEBS              0x5cU
#define NVME_CMBEBS_CMBWBZ_SHIFT 8U
#define NVME_CMBEBS_CMBWBZ_MASK  0xffffff00U
#define NVME_CMBEBS_CMBRBB_SHIFT 4U
#define NVME_CMBEBS_CMBRBB_MASK  0x10U
#define NVME_CMBEBS_CMBSZU_SHIFT 0U
#define NVME_CMBEBS_CMBSZU_MASK  0xfU
#define NVME_CMBEBS_CMBSZU_B     0x0U
#define NVME_CMBEBS_CMBSZU_K     0x1U
#define NVME_CMBEBS_CMBSZU_M     0x2U
#define NVME_CMBEBS_CMBSZU_G     0x3U

/* CMBSWTP, 32 bits, ro: Controller memory buffer sustained write throughput */
#define NVME_CMBSWTP               0x60U
#define NVME_CMBSWTP_CMBSWTV_SHIFT 8U
#define NVME_CMBSWTP_CMBSWTV_MASK  0xffffff00U
#define NVME_CMBSWTP_CMBSWTU_SHIFT 0U
#define NVME_CMBSWTP_CMBSWTU_MASK  0xfU
#define NVME_CMBSWTP_CMBSWTU_BPS   0x0U
#define NVME_CMBSWTP_CMBSWTU_KBPS  0x1U
#define NVME_CMBSWTP_CMBSWTU_MBPS  0x2U
#define NVME_CMBSWTP_CMBSWTU_GBPS  0x3U

/* NSSD, 32 bits, rw: NVM subsystem shutdown; the words are "Nrml" and "Abpt" in ASCII */
#define NVME_NSSD        0x64U
#define NVME_NSSD_IDLE   0x0U
#define NVME_NSSD_NORMAL 0x4e726d6cU
#define NVME_NSSD_ABRUPT 0x41627074U

/* CRTO, 32 bits, ro: Controller ready timeouts */
#define NVME_CRTO             0x68U
#define NVME_CRTO_CRIMT_SHIFT 16U
#define NVME_CRTO_CRIMT_MASK  0xffff0000U
#define NVME_CRTO_CRWMT_SHIFT 0U
#define NVME_CRTO_CRWMT_MASK  0xffffU

/* PMRCAP, 32 bits, ro: Persistent memory region capabilities */
#define NVME_PMRCAP                    0xe00U
#define NVME_PMRCAP_CMSS_SHIFT         24U
#define NVME_PMRCAP_CMSS_MASK          0x1000000U
#define NVME_PMRCAP_PMRTO_SHIFT        16U
#define NVME_PMRCAP_PMRTO_MASK         0xff0000U
#define NVME_PMRCAP_PMRWBM_SHIFT       10U
#define NVME_PMRCAP_PMRWBM_MASK        0x3c00U
#define NVME_PMRCAP_PMRTU_SHIFT        8U
#define NVME_PMRCAP_PMRTU_MASK         0x300U
#define NVME_PMRCAP_PMRTU_HALF_SECONDS 0x0U
#define NVME_PMRCAP_PMRTU_MINUTES      0x1U
#define NVME_PMRCAP_BIR_SHIFT          5U
#define NVME_PMRCAP_BIR_MASK           0xe0U
#define NVME_PMRCAP_WDS_SHIFT          4U
#define NVME_PMRCAP_WDS_MASK           0x10U
#define NVME_PMRCAP_RDS_SHIFT          3U
#define NVME_PMRCAP_RDS_MASK           0x8U

/* PMRCTL, 32 bits, rw: Persistent memory region control */
#define NVME_PMRCTL          0xe04U
#define NVME_PMRCTL_EN_SHIFT 0U
#define NVME_PMRCTL_EN_MASK  0x1U

/* PMRSTS, 32 bits, ro: Persistent memory region status */
#define NVME_PMRSTS                    0xe08U
#define NVME_PMRSTS_CBAI_SHIFT         12U
#define NVME_PMRSTS_CBAI_MASK          0x1000U
#define NVME_PMRSTS_HSTS_SHIFT         9U
#define NVME_PMRSTS_HSTS_MASK          0xe00U
#define NVME_PMRSTS_HSTS_NORMAL        0x0U
#define NVME_PMRSTS_HSTS_RESTORE_ERROR 0x1U
#define NVME_PMRSTS_HSTS_READ_ONLY     0x2U
#define NVME_PMRSTS_HSTS_UNRELIABLE    0x3U
#define NVME_PMRSTS_NRDY_SHIFT         8U
#define NVME_PMRSTS_NRDY_MASK          0x100U
#define NVME_PMRSTS_ERR_SHIFT          0U
#define NVME_PMRSTS_ERR_MASK           0xffU

/* PMREBS, 32 bits, ro: Persistent memory region elasticity buffer size */
#define NVME_PMREBS              0xe0cU
#define NVME_PMREBS_PMRWBZ_SHIFT 8U
#define NVME_PMREBS_PMRWBZ_MASK  0xffffff00U
#define NVME_PMREBS_RBB_SHIFT    4U
#define NVME_PMREBS_RBB_MASK     0x10U
#define NVME_PMREBS_PMRSZU_SHIFT 0U
#define NVME_PMREBS_PMRSZU_MASK  0xfU
#define NVME_PMREBS_PMRSZU_B     0x0U
#define NVME_PMREBS_PMRSZU_K     0x1U
#define NVME_PMREBS_PMRSZU_M     0x2U
#define NVME_PMREBS_PMRSZU_G     0x3U

/* PMRSWTP, 32 bits, ro: Persistent memory region sustained write throughput */
#define NVME_PMRSWTP               0xe10U
#define NVME_PMRSWTP_PMRSWTV_SHIFT 8U
#define NVME_PMRSWTP_PMRSWTV_MASK  0xffffff00U
#define NVME_PMRSWTP_PMRSWTU_SHIFT 0U
#define NVME_PMRSWTP_PMRSWTU_MASK  0xfU
#define NVME_PMRSWTP_PMRSWTU_BPS   0x0U
#define NVME_PMRSWTP_PMRSWTU_KBPS  0x1U
#define NVME_PMRSWTP_PMRSWTU_MBPS  0x2U
#define NVME_PMRSWTP_PMRSWTU_GBPS  0x3U

/* PMRMSCL, 32 bits, rw: Persistent memory region memory space control, lower half */
#define NVME_PMRMSCL            0xe14U
#define NVME_PMRMSCL_CBA_SHIFT  12U
#define NVME_PMRMSCL_CBA_MASK   0xfffff000U
#define NVME_PMRMSCL_CMSE_SHIFT 1U
#define NVME_PMRMSCL_CMSE_MASK  0x2U

/* PMRMSCU, 32 bits, rw: Persistent memory region memory space control, upper half */
#define NVME_PMRMSCU           0xe18U
#define NVME_PMRMSCU_CBA_SHIFT 0U
#define NVME_PMRMSCU_CBA_MASK  0xffffffffU

/* SQTDBL, 32 bits, wo: Submission queue tail doorbell */
#define NVME_SQTDBL(i)        (0x1000U + 0x8U * (i))
#define NVME_SQTDBL_COUNT     129U
#define NVME_SQTDBL_SQT_SHIFT 0U
#define NVME_SQTDBL_SQT_MASK  0xffffU

/* CQHDBL, 32 bits, wo: Completion queue head doorbell */
#define NVME_CQHDBL(i)        (0x1004U + 0x8U * (i))
#define NVME_CQHDBL_COUNT     129U
#define NVME_CQHDBL_CQH_SHIFT 0U
#define NVME_CQHDBL_CQH_MASK  0xffffU

#endif /* NVME_REGS_H */
