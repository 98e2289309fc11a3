import { blobPath, MEDIA_TYPES, SNAPSHOT_ANNOTATIONS } from '#domain/container/index.ts';
import {
  bootFromShelf,
  expectRunning,
  pressBoot,
  readableTerminal,
  removeFromPanel,
  typeAndSee,
} from './harness/machine.ts';
import { expectTold } from './harness/notes.ts';
import { expect, test } from './harness/test.ts';
import { VariantShelf, withConfig, withoutLayer, withShortDisk, withSnapshotAnnotation } from './harness/variants.ts';

let shelf: VariantShelf;

test.beforeEach(async ({ builds }) => {
  shelf = await VariantShelf.of(builds.current);
});
test.afterEach(() => shelf.dispose());

test('a container that cannot run says what is wrong with it, and the shelf stays usable', async ({ page, site }) => {
  const noKernel = await shelf.add('no-kernel', 'No kernel', withoutLayer(MEDIA_TYPES.kernel));
  const foreign = await shelf.add('foreign', 'Another architecture', withConfig({ architecture: 'arm64' }));
  const short = await shelf.add('short', 'Cut short', withShortDisk(36 * 100));
  const altered = await shelf.add('altered', 'Altered on the way', withConfig({ version: 'altered' }));
  await shelf.damage(altered.manifest);
  await site.deploy(shelf.root);
  await page.goto(site.url);

  await pressBoot(page, noKernel.title);
  await expectTold(page, 'container/missing-kernel', { title: noKernel.title });
  await removeFromPanel(page);

  await pressBoot(page, foreign.title);
  const wrong = { title: foreign.title, architecture: 'arm64', supported: 'i386' };
  await expectTold(page, 'container/wrong-architecture', wrong);
  await removeFromPanel(page);

  await pressBoot(page, short.title);
  await expectTold(page, 'container/truncated-disk', { title: short.title, detail: 'it has 8092 of 8192 chunks' });
  await removeFromPanel(page);

  await pressBoot(page, altered.title);
  const url = new URL(`catalog/${blobPath(altered.manifest.digest)}`, site.url).href;
  await expectTold(page, 'chunk/digest-mismatch', { what: 'the container’s manifest', url });
  await removeFromPanel(page);

  await bootFromShelf(page, shelf.base.title);
});

test('a snapshot of another engine version, memory size or disk is refused: the machine boots cold, and says so', async ({
  page,
  site,
}) => {
  const { engineVersion, memory, disk } = SNAPSHOT_ANNOTATIONS;
  const otherMemory = await shelf.add('memory', 'Other memory', withSnapshotAnnotation(memory, '134217728'));
  const otherDisk = await shelf.add('disk', 'Other disk', withSnapshotAnnotation(disk, `sha256:${'0'.repeat(64)}`));
  const otherEngine = await shelf.add('engine', 'Other engine', withSnapshotAnnotation(engineVersion, '0.4'));
  await site.deploy(shelf.root);
  await readableTerminal(page);
  await page.goto(site.url);

  for (const [entry, detail] of [
    [otherMemory, 'it is of another memory size'],
    [otherDisk, 'it is of another disk'],
  ] as const) {
    await pressBoot(page, entry.title);
    await expectTold(page, 'snapshot/incompatible', { title: entry.title, detail });
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await removeFromPanel(page);
  }
  await pressBoot(page, otherEngine.title);
  const detail = 'it is of another engine version';
  await expectTold(page, 'snapshot/incompatible', { title: otherEngine.title, detail });
  await expectRunning(page);
  await typeAndSee(page, 'echo booted $((6*7))', 'booted 42');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.locator('[data-code]')).toBeHidden();
});
