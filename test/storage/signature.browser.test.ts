import { describe } from 'vitest';
import { signatureCases } from './support/signature-cases.ts';

describe('a catalog’s signature, in a browser', signatureCases);
