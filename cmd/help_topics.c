/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help_topics.c - what `devpoke help TOPIC` prints */
#include "help.h"

static const char paths[] =
	"A path names a register, a field, or bytes of a space:\n"
	"\n"
	"  CC                the register CC of the device's description\n"
	"  CC.EN             its field EN\n"
	"  CC:7..4  CC:0     bits of it, the highest first\n"
	"  cfg.COMMAND.BME   a register of configuration space; cfg.MSIX... a capability's\n"
	"  RDT.3  RDT[3]     element of an array (the form with a dot needs no quotes)\n"
	"  GRID.1.2  uart.2.CR   of two dimensions; of an array of blocks\n"
	"  CAP+4             4 bytes after the start of CAP\n"
	"  bar0+0x14         an offset in a space: cfg bar0..bar5 rom map0..map4 port mem main\n"
	"  0x14              the same in space main\n"
	"  0x14/u16          with a type: u8 u16 u32 u64 le16 le32 le64 be16 be32 be64\n"
	"\n"
	"Verbs that only read also take several at once:\n"
	"\n"
	"  CAP..CSTS         from one register to another\n"
	"  bar0+0..+0x40     0x40 bytes from an offset on\n"
	"  RDT[0..3] RDT[*]  a slice of an array (quote it)\n"
	"  'C*'  '**.EN'     glob: * within a part, ** across parts\n"
	"\n"
	"A condition is PATH OP VALUE in one quoted word (== != < <= > >=), or in three words\n"
	"that no shell touches: PATH eq|ne|lt|le|gt|ge VALUE.\n"
	"\n"
	"Spelling a register by name is consent to what reading it does. A glob, a range or a\n"
	"bare dump is not: registers that a read changes are shown as not read.\n";

static const char targets[] =
	"  0000:01:00.0 01:00.0       PCI function, by whatever driver is bound to it\n"
	"  8086:10d3  8086:10d3#1     by vendor and device, the n-th\n"
	"  class:0108  nvme0  eth0    by class, by the kernel's name\n"
	"  sysfs:BDF  vfio:BDF        PCI function, that way and no other\n"
	"  mem  mem:0xfed00000..+0x1000   physical memory, whole or a window\n"
	"  sim:LAB/NAME  sim:NAME     device of a simulated machine (sim start)\n"
	"  model:FILE.yaml[@STATE]    a description played as a device; STATE keeps its registers\n"
	"  dump:FILE                  a snapshot or raw bytes, read only\n"
	"  desc:NAME                  a description alone, for verbs that open nothing\n"
	"  ALIAS                      from targets.yaml in ~/.config/devpoke or /etc/devpoke\n"
	"\n"
	"A verb's TARGET is its first operand, unless -t TARGET stands on it, on `batch`, or a\n"
	"`use TARGET` stands before it; then there is none. `.` is the target in force, else\n"
	"$DEVPOKE_TARGET. -d NAME|FILE[@SPACE+OFFSET] places a description.\n";

static const char values[] =
	"  5  0x1f  0b101  1_000   numbers: no leading zeros, at most 64 bits, joined values 128\n"
	"  read  fast              a word of the field's enum\n"
	"  EN  EN+ERR              flags; of a register: its one-bit fields\n"
	"  f81d4fae-7dec-11d0-a765-00a0c91e6bf6   52:54:00:12:34:56   a UUID, a MAC address\n"
	"  4K  10ms                with a unit where the field has one\n"
	"  $x  '(1 << $x)'         variables of a batch; C operators, no register names\n"
	"\n"
	"An assignment is one word:\n"
	"\n"
	"  CC=0x460001             the whole register: one write, no read\n"
	"  CC.EN=1                 a field: one read, one write, neighbours unharmed\n"
	"  CC=0x10/0xf0            the bits of a mask\n"
	"  CC=0x460000,EN=1        whole register, then fields of it: still one write\n"
	"  CC.EN^=1  CC.IOSQES+=1  turned over, added to\n"
	"\n"
	"A bare number is the field's raw content; a number with a unit is converted and has to\n"
	"fit exactly.\n";

static const char json[] =
	"--json prints one document per command on one line:\n"
	"\n"
	"  \"schema\":1, \"verb\", \"target\"   always first\n"
	"  \"registers\":[{\"path\",\"space\",\"offset\",\"width\",\"value\",\"int\",\"fields\":[...]}]\n"
	"                              peek, dump, decode\n"
	"  \"words\":[...]               dump of undescribed bytes\n"
	"  \"writes\":[{\"path\",\"old\",\"written\",\"readback\",\"protected\"}]   poke, toggle\n"
	"  \"differs\":[{\"path\",\"a\",\"b\",\"text_a\",\"text_b\"}], \"hidden\"   diff; snap, restore: devpoke(1)\n"
	"  \"met\", \"conditions\":[...]    check; poll adds \"unless\",\"elapsed_us\",\"reads\"\n"
	"  \"steps\":[{\"step\",\"register\",\"value\",\"fields\",\"elapsed_us\",\"ok\"}]   seq run\n"
	"  \"targets\", \"labs\", \"items\", \"problems\"    list, sim, explain and find, desc lint\n"
	"  \"error\":{\"code\",\"class\",\"message\",\"hint\"}   beside what was done before\n"
	"  \"line\",\"exit\"               on the documents of a batch\n"
	"\n"
	"Register values are strings of hex digits, with \"int\" beside them below 2^53. A register\n"
	"that was not read has \"value\":null and \"skipped\" with the reason.\n";

static const char exits[] =
	"  0    done\n"
	"  1    a negative answer: timeout, condition false, differs, verify mismatch, lint problems\n"
	"  2    usage: nothing was touched\n"
	"  3    target absent, or no permission\n"
	"  4    the device or an access failed, the device is gone, output not writable\n"
	"  5    refused by a safety rule; the message names the --force class\n"
	"  130  interrupted; 143 terminated; everything was put away before\n";

static const char force[] =
	"--force=CLASS[,CLASS] overrides safety rules by name; --force alone is "
	"an error.\n\n";

/* sorted as CLI.md section 1 lists them */
const struct help_topic help_topics[] = {
	{"paths", "naming registers, fields, ranges; conditions", paths},
	{"targets", "naming devices", targets},
	{"values", "numbers, words, assignments", values},
	{"json", "the documents of --json", json},
	{"exit", "exit codes", exits},
	{"force", "safety rules and how to override them", force},
};
const size_t n_help_topics = sizeof(help_topics) / sizeof(*help_topics);
