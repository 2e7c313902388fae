/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_regs.h - the registers of configuration space that setting up a lab touches
 *
 * PCI Local Bus 3.0, 6.1 and 6.2; PCI-to-PCI Bridge Architecture 1.2, 3.2; PCI Express Base
 * 5.0, 7.5.3.  Names by devices/pci-config.yaml are for users; these are for code.
 */
#ifndef DP_LAB_REGS_H
#define DP_LAB_REGS_H

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
#define PCI_CAPS           0x34

/* bridge header */
#define PCI_BUSES         0x18 /* primary, secondary, subordinate */
#define PCI_SUBORDINATE   0x1a
#define PCI_IO_WINDOW     0x1c /* base 7:0, limit 15:8, 4 KiB units in the high nibbles */
#define PCI_MEM_WINDOW    0x20
#define PCI_PREF_WINDOW   0x24
#define PCI_PREF_WIDE     0x1u /* low nibble: the two registers below exist */
#define PCI_PREF_BASE_HI  0x28
#define PCI_PREF_LIMIT_HI 0x2c

#define PCI_CAP_EXP         0x10
#define EXP_FLAGS           0x02
#define EXP_FLAGS_SLOT      0x100u
#define EXP_SLOTCAP         0x14
#define EXP_SLOTCAP_HPC     0x40u
#define EXP_SLOTCTL         0x18
#define EXP_SLOTCTL_PIC     0x300u /* power indicator: 1 on, 2 blink, 3 off */
#define EXP_SLOTCTL_PIC_ON  0x100u
#define EXP_SLOTCTL_PIC_OFF 0x300u
#define EXP_SLOTCTL_PCC     0x400u /* 1 = power off */
#define EXP_SLOTSTA         0x1a
#define EXP_SLOTSTA_EVENTS  0x11fu

#define MCH_PCIEXBAR 0x60

#endif
