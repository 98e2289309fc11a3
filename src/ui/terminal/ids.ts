/** The element that tells how to leave the terminal by keyboard. */
export const TERMINAL_HELP_ID = 'terminal-help';
/** The element that gets the focus when the user leaves the terminal by keyboard. */
export const LEAVE_TARGET_ID = 'machine-back';
