import type { ComponentChildren } from 'preact';
import type { AppModel } from '#ui/models/app-model.ts';
import { useArrivalFocus } from './arrival.ts';
import { PageHeader } from './page-header.tsx';

interface PageProps {
  readonly app: AppModel;
  readonly title: string;
  /** One or two sentences on what the page is for. */
  readonly lead?: string;
  /** Buttons beside the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A view beside the shelf: the header, a title, and what it is about. */
export function Page({ app, title, lead, actions, children }: PageProps) {
  const heading = useArrivalFocus(app);
  return (
    <div class="page">
      <PageHeader app={app} />
      <main class="page-main">
        <div class="page-head">
          <div class="page-title">
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {lead === undefined ? null : <p class="text-soft">{lead}</p>}
          </div>
          {actions === undefined ? null : <div class="page-actions">{actions}</div>}
        </div>
        {children}
      </main>
    </div>
  );
}
