# SPDX-License-Identifier: Apache-2.0
# Completion for bash: iamctl itself knows what may come next.
_iamctl() {
        local IFS=$'\n'
        COMPREPLY=($(iamctl --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -F _iamctl iamctl
