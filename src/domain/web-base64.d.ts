/**
 * Base64 of the HTML Standard ("Base64 utility methods"). Every runtime has it; TypeScript knows it only with a
 * browser's or Node's library, which the domain is kept from. In both directions, a character stands for a byte.
 */
declare function atob(data: string): string;
declare function btoa(data: string): string;
