import * as v from 'valibot';
import { ByteCountSchema, DescriptorSchema } from '../container/index.ts';
import { isGrowth } from '../disk/index.ts';
import { AppError } from '../errors/index.ts';
import { AppSettingsSchema, checkAppSettings, type AppSettings } from '../http/index.ts';
import { cleanText } from '../text/index.ts';

/** Of the form of the file. Raised when an older program could not read it, … */
const FORM = 2;
/** … which may read what has no disk that is larger than the container's. */
const FORM_BEFORE_GROWTH = 1;
const FORMAT = 'portolan-machine';

const Span = v.pipe(v.tuple([ByteCountSchema, ByteCountSchema]), v.readonly());
const Spans = v.pipe(v.array(Span), v.readonly(), v.check(areAscending, 'spans overlap'));
const Words = v.pipe(v.string(), v.maxLength(1000));

const Apps = v.pipe(v.array(AppSettingsSchema), v.check(areFit, 'settings do not fit'), v.readonly());

const StateSchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  kind: v.picklist(['suspended', 'checkpoint']),
  name: Words,
  engineVersion: Words,
  savedAt: ByteCountSchema,
  /** Of the state's file, and how many pieces that has. */
  bytes: ByteCountSchema,
  pieces: ByteCountSchema,
  /** The records that its disk consists of. */
  spans: Spans,
  /** Bytes of its disk, where that was larger than the container's. */
  grownTo: v.optional(ByteCountSchema),
});

const ContentSchema = v.object({
  format: v.literal(FORMAT),
  form: v.picklist([FORM_BEFORE_GROWTH, FORM]),
  machine: v.object({
    id: Words,
    title: Words,
    manifest: DescriptorSchema,
    /** Catalogs that may have the container. */
    sources: v.pipe(v.array(v.pipe(v.string(), v.maxLength(2000))), v.readonly()),
    createdAt: ByteCountSchema,
    /** What the user has set for its web servers; older files do not have it. */
    apps: v.optional(Apps),
  }),
  disk: v.object({
    /** Of the container's. */
    bytes: ByteCountSchema,
    base: Words,
    /** Bytes that it has, where these are more. */
    grownTo: v.optional(ByteCountSchema),
    /** The number of the record that the machine writes next. */
    nextRecord: ByteCountSchema,
    /** The records that the disk consists of. */
    head: Spans,
    /** How many blocks the pieces of the disk hold. */
    entries: ByteCountSchema,
  }),
  states: v.pipe(
    v.array(StateSchema),
    v.readonly(),
    v.check((states) => haveOwnIds(states), 'two states have one id'),
  ),
});

const DescriptionSchema = v.pipe(
  ContentSchema,
  v.check(goesNoFurther, 'a state is newer than the disk'),
  v.check(isNotSmaller, 'a disk is smaller than the container’s'),
);

/** What a backup says of its machine, before the disk and the states themselves. */
export type BackupDescription = v.InferOutput<typeof DescriptionSchema>;
export type BackupState = BackupDescription['states'][number];

export function describeMachine(about: Omit<BackupDescription, 'format' | 'form'>): BackupDescription {
  const isGrown = [about.disk, ...about.states].some(({ grownTo }) => grownTo !== undefined);
  return { format: FORMAT, form: isGrown ? FORM : FORM_BEFORE_GROWTH, ...about };
}

/** JSON in ASCII. */
export function encodeDescription(description: BackupDescription): string {
  const json = JSON.stringify(description, undefined, 1);
  return `${json.replaceAll(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

const AnyForm = v.object({ format: v.literal(FORMAT), form: v.number() });

/** @throws AppError `backup/newer`, `backup/foreign`, `backup/altered` */
export function parseDescription(text: string): BackupDescription {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  const any = v.safeParse(AnyForm, json.output);
  if (!any.success) throw new AppError('backup/foreign', { detail: 'it does not say which machine it is' });
  const { form } = any.output;
  if (form > FORM) throw new AppError('backup/newer', { version: form, supported: FORM });
  const parsed = v.safeParse(DescriptionSchema, json.output);
  if (!parsed.success) throw new AppError('backup/altered', { detail: 'what it says of the machine is not valid' });
  const { machine } = parsed.output;
  return { ...parsed.output, machine: { ...machine, title: cleanText(machine.title) } };
}

function goesNoFurther({ disk, states }: v.InferOutput<typeof ContentSchema>): boolean {
  return [disk.head, ...states.map(({ spans }) => spans)].every((spans) => (spans.at(-1)?.[1] ?? 0) <= disk.nextRecord);
}

function isNotSmaller({ disk, states }: v.InferOutput<typeof ContentSchema>): boolean {
  return [disk, ...states].every(({ grownTo }) => grownTo === undefined || isGrowth(disk.bytes, grownTo));
}

function areFit(apps: AppSettings[]): boolean {
  try {
    checkAppSettings(apps);
    return true;
  } catch {
    return false;
  }
}

function areAscending(spans: readonly (readonly [number, number])[]): boolean {
  return spans.every(([from, to], i) => from < to && from >= (spans[i - 1]?.[1] ?? 0));
}

function haveOwnIds(states: readonly { readonly id: string }[]): boolean {
  return new Set(states.map(({ id }) => id)).size === states.length;
}
