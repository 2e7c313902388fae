CMD_DEFS = -DDP_DATADIR='"$(DATADIR)/devpoke"' -DDP_BUILD_DEVICES='"$(CURDIR)/devices"'
CMD_SRCS := \
	cmd/main.c
