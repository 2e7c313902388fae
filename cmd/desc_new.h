/* SPDX-License-Identifier: GPL-2.0-or-later */
/* desc_new.h - devpoke desc new NAME [TARGET] */
#ifndef CMD_DESC_NEW_H
#define CMD_DESC_NEW_H

#include "cmd.h"

int desc_new(struct cmd *c);

#endif
