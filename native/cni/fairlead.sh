#!/bin/sh
# The CNI plugin where no compiler was at hand: the same as fairlead.c, by a start of Node.
unset NODE_EXTRA_CA_CERTS
exec '@NODE@' '@START@'
