import type { ComponentChildren } from 'preact';

/** Line icons on a 20-unit grid, in the colour of the text beside them. They repeat a label, so they are hidden from assistive technology. */
function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export function BackIcon() {
  return (
    <Icon>
      <path d="M16 10H4m5-5-5 5 5 5" />
    </Icon>
  );
}

export function PlayIcon() {
  return (
    <Icon>
      <path class="icon-solid" d="M6.5 4.5v11l9-5.5z" />
    </Icon>
  );
}

export function AnchorIcon() {
  return (
    <Icon>
      <circle cx="10" cy="4.5" r="1.75" />
      <path d="M10 6.5v10.5M7 9.5h6M3.5 11.5C4 15 6.5 17 10 17s6-2 6.5-5.5" />
    </Icon>
  );
}

export function StopIcon() {
  return (
    <Icon>
      <rect class="icon-solid" x="5.5" y="5.5" width="9" height="9" rx="1" />
    </Icon>
  );
}

export function RestartIcon() {
  return (
    <Icon>
      <path d="M15.5 10a5.5 5.5 0 1 1-1.7-4M14.5 2.8v3.6h-3.6" />
    </Icon>
  );
}

export function LogIcon() {
  return (
    <Icon>
      <path d="M4 5.5h12M4 10h8M4 14.5h10" />
    </Icon>
  );
}

export function MoreIcon() {
  return (
    <Icon>
      <circle class="icon-solid" cx="4.5" cy="10" r="1.4" />
      <circle class="icon-solid" cx="10" cy="10" r="1.4" />
      <circle class="icon-solid" cx="15.5" cy="10" r="1.4" />
    </Icon>
  );
}

export function CloseIcon() {
  return (
    <Icon>
      <path d="m5 5 10 10M15 5 5 15" />
    </Icon>
  );
}

export function DownloadIcon() {
  return (
    <Icon>
      <path d="M10 3.5v9m-4-3.5 4 4 4-4M4 16.5h12" />
    </Icon>
  );
}

export function CheckIcon() {
  return (
    <Icon>
      <path d="m4 10.5 4 4 8-9" />
    </Icon>
  );
}

export function TrashIcon() {
  return (
    <Icon>
      <path d="M4 6h12M8 6V4h4v2m-6 0 .7 10.5h6.6L14 6" />
    </Icon>
  );
}

export function PauseIcon() {
  return (
    <Icon>
      <path d="M7 5v10M13 5v10" />
    </Icon>
  );
}

export function ShareIcon() {
  return (
    <Icon>
      <path d="M7 7H4.5v10h11V7H13M10 12V2.8m-3 3 3-3 3 3" />
    </Icon>
  );
}

export function SearchIcon() {
  return (
    <Icon>
      <circle cx="8.5" cy="8.5" r="5" />
      <path d="m12.2 12.2 4.3 4.3" />
    </Icon>
  );
}

export function UpIcon() {
  return (
    <Icon>
      <path d="M10 16V4.5m-5 5 5-5 5 5" />
    </Icon>
  );
}

export function DownIcon() {
  return (
    <Icon>
      <path d="M10 4v11.5m-5-5 5 5 5-5" />
    </Icon>
  );
}

export function PinIcon() {
  return (
    <Icon>
      <path d="M7 3.5h6M8 3.5V9l-2.5 3h9L12 9V3.5M10 12v5" />
    </Icon>
  );
}

export function PlusIcon() {
  return (
    <Icon>
      <path d="M10 4v12M4 10h12" />
    </Icon>
  );
}

export function LinkIcon() {
  return (
    <Icon>
      <path d="M8.5 11.5a3.2 3.2 0 0 0 4.5 0l2.6-2.6a3.2 3.2 0 0 0-4.5-4.5l-1 1M11.5 8.5a3.2 3.2 0 0 0-4.5 0l-2.6 2.6a3.2 3.2 0 0 0 4.5 4.5l1-1" />
    </Icon>
  );
}
