# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of devpoke: the program itself knows the words.

function __devpoke_words
    set -l line (commandline -cp)
    devpoke __complete "$line" (string length -- "$line") 2>/dev/null
end

complete -c devpoke -a '(__devpoke_words)'
