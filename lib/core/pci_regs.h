/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci_regs.h - the registers of configuration space that the library itself touches
 *
 * PCI Local Bus 3.0, 6.1, 6.2 and 6.7; PCI-to-PCI Bridge Architecture 1.2, 3.2; PCI Express
 * Base 5.0, 7.5.3 and 7.6.3.  Names by devices/pci-config.yaml are for users; these are for
 * code.
 */
#ifndef DP_PCI_REGS_H
#define DP_PCI_REGS_H

/* every function: PCI 6.1 */
#define PCI_ID             0x00
#define PCI_COMMAND        0x04
#define PCI_COMMAND_IO     0x1u
#define PCI_COMMAND_MEM    0x2u
#define PCI_COMMAND_MASTER 0x4u
#define PCI_STATUS         0x06
#define PCI_STATUS_CAPS    0x10u
#define PCI_CLASS          0x08 /* revision in bits 7:0 */
#define PCI_HEADER         0x0e
#define PCI_BAR0           0x10
#define PCI_SUBSYSTEM      0x2c
#define PCI_CAPS           0x34 /* PCI 6.7: pointer to the first capability */
#define PCI_FIRST_CAP      0x40 /* they lie behind the header, in fours */
#define PCI_MAX_CAPS       48   /* (256 - 64) / 4: a longer list is a circle */
#define PCI_FIRST_ECAP     0x100
#define PCI_MAX_ECAPS      960 /* (4096 - 256) / 4 */

/* a bridge's header: Bridge 3.2.5 */
#define PCI_BUSES         0x18 /* primary, secondary, subordinate */
#define PCI_SUBORDINATE   0x1a
#define PCI_IO_WINDOW     0x1c /* base 7:0, limit 15:8, 4 KiB units in the high nibbles */
#define PCI_MEM_WINDOW    0x20
#define PCI_PREF_WINDOW   0x24
#define PCI_PREF_WIDE     0x1u /* low nibble: the two registers below exist */
#define PCI_PREF_BASE_HI  0x28
#define PCI_PREF_LIMIT_HI 0x2c

/* power management capability: PCI PM 1.2, 3.2 */
#define PCI_CAP_PM 0x01
#define PM_PMCSR   0x04

/* PCI Express capability: PCIe 7.5.3 */
#define PCI_CAP_EXP         0x10
#define EXP_FLAGS           0x02
#define EXP_FLAGS_SLOT      0x100u
#define EXP_LNKCAP          0x0c
#define EXP_LNKSTA          0x12
#define EXP_SLOTCAP         0x14
#define EXP_SLOTCAP_HPC     0x40u
#define EXP_SLOTCTL         0x18
#define EXP_SLOTCTL_PIC     0x300u /* power indicator: 1 on, 2 blink, 3 off */
#define EXP_SLOTCTL_PIC_ON  0x100u
#define EXP_SLOTCTL_PIC_OFF 0x300u
#define EXP_SLOTCTL_PCC     0x400u /* 1 = power off */
#define EXP_SLOTSTA         0x1a
#define EXP_SLOTSTA_EVENTS  0x11fu

#endif
