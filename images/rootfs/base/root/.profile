# Debian's default also runs `mesg`, a process for nothing on a machine with one user.
[ -z "$BASH_VERSION" ] || [ ! -f ~/.bashrc ] || . ~/.bashrc
