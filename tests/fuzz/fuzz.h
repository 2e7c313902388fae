/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.h - what libFuzzer calls (llvm.org/docs/LibFuzzer.html) */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
