/** Folders of services. */
export const FOLDERS = '/etc/sv';
/** What is linked here, runsvdir(8) runs. */
export const ENABLED = '/etc/service';
/** Where Debian's own services keep what they print. */
export const LOGS = '/var/log/runit';
/** What is noted of services until the machine boots again. */
export const NOTES = '/run/portolan/services';
/** Where runsv(8) keeps what it knows of a service: in memory, as those of our images. */
export const SUPERVISED = '/run/runit/supervise';
