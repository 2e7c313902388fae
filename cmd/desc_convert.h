/* SPDX-License-Identifier: GPL-2.0-or-later */
/* desc_convert.h - devpoke desc import, devpoke desc export */
#ifndef CMD_DESC_CONVERT_H
#define CMD_DESC_CONVERT_H

#include "cmd.h"

int desc_import(struct cmd *c);
int desc_export(struct cmd *c);

#endif
