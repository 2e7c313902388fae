# each a program of its own: tests/unit/NAME.c
UNIT_TESTS := \
	test_alias \
	test_assign \
	test_cond \
	test_core \
	test_decode \
	test_desc_find \
	test_devices \
	test_expr \
	test_iomem \
	test_lab \
	test_lab_fault \
	test_lab_life \
	test_load \
	test_model \
	test_number \
	test_path \
	test_pci \
	test_pcicap \
	test_plan \
	test_plan_bits \
	test_plan_props \
	test_poll \
	test_qtest \
	test_run \
	test_snap \
	test_space \
	test_steps \
	test_sysfs \
	test_value \
	test_vfio \
	test_wide

UNIT_LIBS := -lcmocka
UNIT_BINS := $(UNIT_TESTS:%=$(B)/tests/unit/%)
UNIT_SAN_BINS := $(UNIT_TESTS:%=$(B)/san/tests/unit/%)

$(UNIT_BINS): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(B)/libdevpoke.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(UNIT_LIBS) $(STATIC_LIBS)

$(UNIT_SAN_BINS): $(B)/san/tests/unit/%: $(B)/san/tests/unit/%.o $(LIB_SRCS:%.c=$(B)/san/%.o)
	$(call say,LD,$@)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@ $^ $(UNIT_LIBS) $(SHARED_LIBS)

# a table made of libnvme's header, with which devices/nvme.yaml is compared
$(B)/tests/devices/nvme_header.inc: tests/devices/nvme.awk /usr/include/nvme/types.h
	$(Q)mkdir -p $(@D)
	$(Q)awk -f tests/devices/nvme.awk /usr/include/nvme/types.h > $@
TEST_DEVICES_OBJS := $(B)/tests/unit/test_devices.o $(B)/san/tests/unit/test_devices.o
$(TEST_DEVICES_OBJS): $(B)/tests/devices/nvme_header.inc
$(TEST_DEVICES_OBJS): DP_CFLAGS += -Itests/devices -I$(B)/tests/devices \
	-DTEST_DEVICES_DIR='"$(CURDIR)/devices"'

# those that load a description of tests/golden
TEST_NAMES := test_path test_value test_assign test_cond test_decode test_run
$(TEST_NAMES:%=$(B)/tests/unit/%.o) $(TEST_NAMES:%=$(B)/san/tests/unit/%.o): \
	DP_CFLAGS += -DTEST_GOLDEN_DIR='"$(CURDIR)/tests/golden"'

TEST_LOAD_OBJS := $(B)/tests/unit/test_load.o $(B)/san/tests/unit/test_load.o
$(TEST_LOAD_OBJS): DP_CFLAGS += -DTEST_GOLDEN='"$(CURDIR)/tests/golden"'

# each a program of its own: tests/fuzz/NAME.c with libFuzzer, all built by clang
FUZZ_TESTS := fuzz_desc fuzz_image fuzz_names fuzz_qtest fuzz_snap fuzz_svd
FUZZ_CC := clang
FUZZ_CFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_BINS := $(FUZZ_TESTS:%=$(B)/fuzz/%)
FUZZ_LIB_OBJS := $(LIB_SRCS:%.c=$(B)/fuzz/%.o)
$(FUZZ_TESTS:%=$(B)/fuzz/tests/fuzz/%.o): \
	DP_CFLAGS += -DFUZZ_MODEL='"$(CURDIR)/tests/golden/arrays.yaml"'

$(B)/fuzz/%.o: %.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(DP_CFLAGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

$(FUZZ_BINS): $(B)/fuzz/%: $(B)/fuzz/tests/fuzz/%.o $(FUZZ_LIB_OBJS)
	$(call say,LD,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(SHARED_LIBS)

-include $(FUZZ_LIB_OBJS:.o=.d) $(FUZZ_TESTS:%=$(B)/fuzz/tests/fuzz/%.d)
-include $(UNIT_BINS:=.d) $(UNIT_SAN_BINS:=.d)

.PHONY: check-all unit unit-bins unit-san-bins list-unit fuzz-bins

# what tests/run asks for
unit-bins: $(UNIT_BINS)
unit-san-bins: $(UNIT_SAN_BINS)
fuzz-bins: $(FUZZ_BINS)
list-unit:
	@printf '%s\n' $(UNIT_TESTS)

unit:
	@tests/run unit

check-all: all
	@tests/run
