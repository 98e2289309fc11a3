/** Files that minisign 0.11 of Debian made: a key without a password, and signatures of `CONTENT`. */
export const CONTENT = new TextEncoder().encode('hello\n');
export const KEY_ID = '8E6BFF0372F564E6';
export const PUBLIC_KEY = `untrusted comment: minisign public key 8E6BFF0372F564E6
RWTmZPVyA/9rjm+qD7gE/9ZEQOrvhS9Djo1y2pyz1kFdmyL3C9WBgmJE
`;
export const SECRET_KEY = `untrusted comment: minisign encrypted secret key
RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA5mT1cgP/a44Geu4eQb4easgzcazs2NedF5BvTTaKDRxJ2Ee1AnqjqW+qD7gE/9ZEQOrvhS9Djo1y2pyz1kFdmyL3C9WBgmJEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
`;
/** Prehashed, as minisign signs by itself. */
export const SIGNATURE = `untrusted comment: signature from minisign secret key
RUTmZPVyA/9rjhpPRumz23K+P281tBkqnGNCMOZ5ADPTFhKIsnGpr2qxIKpjCoW5zmd0vUkZkZ7zpUpmA+TTSntzZpA/PU+BFwM=
trusted comment: trusted here
swn4qZGNx0n2nMxyPY+DN7bZdVuWhq53LfNLIwvOaloYFJ16tQwqV1xZh2g0JaBg23qCaX6bPWg1XAAkQiagAg==
`;
/** `minisign -S -l`. */
export const LEGACY_SIGNATURE = `untrusted comment: signature from minisign secret key
RWTmZPVyA/9rjur91YlMi20u1RL3ILnHBJRfrh+HE8VZ65Eqq6iZbKF94mpnY3ZkWZPoe7UTs20TtvaKVEd290hSUJyvr4Bwnww=
trusted comment: timestamp:1795312184	file:f
lBCEqlrxHJkPV0rIfpMRd/WeXfmnTEs1TI88Hz6e5awIJAYQIjlF19KG3HghD7CTqzwU0fuRM9lheZY1Y4UDAw==
`;
/** Its password is `pw`. */
export const ENCRYPTED_KEY = `untrusted comment: minisign encrypted secret key
RWRTY0Iyn2Ycfxe8MRBLKyuRZCaXg5kIqglVJBVb/NW6onuvu0EAAAACAAAAAAAAAEAAAAAAClqCG81ojUUHuSFVjMRV0DezE+wQ+mSOlz0EnyWfxRR4u3dtCn3eX6+Unrw0Gg5vaf8oMagYEivJAwn2EFq914OVP84gG7OezAM6kzG+L6ThcxGN59Dad1I/ThUU+Hjui4pzEcusPnw=
`;
export const ENCRYPTED_PUBLIC_KEY = `untrusted comment: minisign public key 26C5E73BA88CAC2B
RWQrrIyoO+fFJvW7j5JCOufjcNbumLRhLiIkbvuRcRikDehmnwrpcWXa
`;
