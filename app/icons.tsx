// The page's icons, drawn on a 16 x 16 grid in the text's colour; decoration only, the words stand beside them.

import type { ReactNode } from "react";

function Icon({ children, filled = false }: { readonly children: ReactNode; readonly filled?: boolean }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
      fill={filled ? "currentColor" : "none"}
      stroke={filled ? "none" : "currentColor"}
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {children}
    </svg>
  );
}

export const PlayIcon = () => (
  <Icon filled>
    <path d="M4.5 2.6v10.8a.6.6 0 0 0 .92.5l8.3-5.4a.6.6 0 0 0 0-1l-8.3-5.4a.6.6 0 0 0-.92.5z" />
  </Icon>
);
export const PauseIcon = () => (
  <Icon filled>
    <rect x="3.5" y="2.5" width="3.2" height="11" rx="0.8" />
    <rect x="9.3" y="2.5" width="3.2" height="11" rx="0.8" />
  </Icon>
);
export const StepPhaseIcon = () => (
  <Icon>
    <path d="M4 3.2v9.6L10.5 8z" fill="currentColor" />
    <path d="M12.8 3v10" />
  </Icon>
);
export const StepPpoIcon = () => (
  <Icon>
    <path d="M1.8 3.6v8.8L7 8z" fill="currentColor" />
    <path d="M7.4 3.6v8.8L12.6 8z" fill="currentColor" />
    <path d="M14.4 3v10" />
  </Icon>
);
export const ResetIcon = () => (
  <Icon>
    <path d="M2.6 8a5.4 5.4 0 1 0 1.7-3.9L2.6 5.7" />
    <path d="M2.6 2.4v3.3h3.3" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="M3 8.6l3.2 3.2L13 4.6" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="3" />
    <path d="M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3.05 3.05l1.13 1.13M11.82 11.82l1.13 1.13M3.05 12.95l1.13-1.13M11.82 4.18l1.13-1.13" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z" />
  </Icon>
);
export const SystemIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.6" />
    <path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor" />
  </Icon>
);
export const HelpIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6.2" />
    <path d="M6.2 6.3a1.9 1.9 0 1 1 2.7 1.8c-.6.3-.9.7-.9 1.3" />
    <path d="M8 11.4v.1" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="M4 6l4 4 4-4" />
  </Icon>
);
export const WarningIcon = () => (
  <Icon>
    <path d="M8 2.2L14.4 13.4H1.6z" />
    <path d="M8 6.6v3.2M8 11.6v.1" />
  </Icon>
);
export const RestoreIcon = () => (
  <Icon>
    <path d="M5.6 3.4L2.8 6.2l2.8 2.8" />
    <path d="M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6" />
  </Icon>
);
export const PreviousIcon = () => (
  <Icon>
    <path d="M9.8 3.4L5.2 8l4.6 4.6" />
  </Icon>
);
export const NextIcon = () => (
  <Icon>
    <path d="M6.2 3.4L10.8 8l-4.6 4.6" />
  </Icon>
);
export const StepTokenIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="2.4" fill="currentColor" stroke="none" />
    <path d="M12.8 3v10" />
  </Icon>
);
export const StepMinibatchIcon = () => (
  <Icon>
    <rect x="2.4" y="4.6" width="7" height="6.8" rx="1.2" fill="currentColor" stroke="none" />
    <path d="M12.8 3v10" />
  </Icon>
);
export const ExplainIcon = () => (
  <Icon>
    <path d="M8 4.3C6.6 3.1 4.7 2.8 2.2 3v9.1c2.5-.2 4.4.1 5.8 1.3 1.4-1.2 3.3-1.5 5.8-1.3V3C11.3 2.8 9.4 3.1 8 4.3zM8 4.3v9.1" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="M4 4l8 8M12 4l-8 8" />
  </Icon>
);
export const LockIcon = () => (
  <Icon>
    <rect x="3.4" y="7.2" width="9.2" height="6.4" rx="1.4" />
    <path d="M5.4 7.2V5.4a2.6 2.6 0 0 1 5.2 0v1.8" />
  </Icon>
);
export const TrainedIcon = () => (
  <Icon>
    <path d="M2.4 11.6L6 7.8l2.6 2.4 5-5.6" />
    <path d="M10.2 4.4h3.4v3.4" />
  </Icon>
);
export const TableIcon = () => (
  <Icon>
    <rect x="2.2" y="3" width="11.6" height="10" rx="1.4" />
    <path d="M2.4 6.4h11.2M2.4 9.7h11.2M6.4 6.4v6.4" />
  </Icon>
);
export const ChartIcon = () => (
  <Icon>
    <path d="M2.4 2.6v10.8h11.2" />
    <path d="M4.8 10.2l2.6-3 2.2 1.6 3.6-4.4" />
  </Icon>
);
export const StopIcon = () => (
  <Icon>
    <path d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4z" />
    <path d="M5.6 8h4.8" />
  </Icon>
);
export const OptionsIcon = () => (
  <Icon>
    <path d="M2 4.5h6M11.5 4.5H14M2 11.5h2.5M8 11.5h6" />
    <circle cx="9.8" cy="4.5" r="1.7" />
    <circle cx="6.2" cy="11.5" r="1.7" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.4" />
    <path d="M10.4 10.4L14 14" />
  </Icon>
);
export const ImageIcon = () => (
  <Icon>
    <rect x="1.8" y="2.6" width="12.4" height="10.8" rx="1.8" />
    <circle cx="5.4" cy="6.1" r="1.1" />
    <path d="M2.2 11.6l3.6-3 2.4 2 2.7-3 3.1 3.2" />
  </Icon>
);
export const HtmlIcon = () => (
  <Icon>
    <path d="M5 4.4L1.8 8 5 11.6M11 4.4L14.2 8 11 11.6M9.2 3.2L6.8 12.8" />
  </Icon>
);
export const ShareIcon = () => (
  <Icon>
    <circle cx="12" cy="3.6" r="1.9" />
    <circle cx="4" cy="8" r="1.9" />
    <circle cx="12" cy="12.4" r="1.9" />
    <path d="M5.7 7.1l4.6-2.6M5.7 8.9l4.6 2.6" />
  </Icon>
);
export const LinkIcon = () => (
  <Icon>
    <path d="M6.8 9.2a2.7 2.7 0 0 0 4 .2l2-2a2.7 2.7 0 0 0-3.9-3.8l-.9.9" />
    <path d="M9.2 6.8a2.7 2.7 0 0 0-4-.2l-2 2a2.7 2.7 0 0 0 3.9 3.8l.9-.9" />
  </Icon>
);
export const TeacherIcon = () => (
  <Icon>
    <path d="M8 2.8L14.6 6 8 9.2 1.4 6z" />
    <path d="M4.4 7.6v3.5c2 1.8 5.2 1.8 7.2 0V7.6M14.6 6v4" />
  </Icon>
);
export const CopyIcon = () => (
  <Icon>
    <rect x="5.6" y="5.6" width="8" height="8" rx="1.4" />
    <path d="M10.4 5.4V3.8a1.4 1.4 0 0 0-1.4-1.4H3.8a1.4 1.4 0 0 0-1.4 1.4V9a1.4 1.4 0 0 0 1.4 1.4h1.6" />
  </Icon>
);
export const OutsideIcon = () => (
  <Icon>
    <path d="M9.4 2.8h3.8v3.8M13 3L7.6 8.4" />
    <path d="M11.6 9.4v2.8a1.2 1.2 0 0 1-1.2 1.2H3.8a1.2 1.2 0 0 1-1.2-1.2V5.6a1.2 1.2 0 0 1 1.2-1.2h2.8" />
  </Icon>
);
export const RecordingIcon = () => (
  <Icon>
    <rect x="1.8" y="3" width="12.4" height="10" rx="1.8" />
    <path d="M6.6 5.9v4.2L10.2 8z" fill="currentColor" />
  </Icon>
);
export const RunsIcon = () => (
  <Icon>
    <path d="M2.2 4.2c0-1 2.6-1.9 5.8-1.9s5.8.9 5.8 1.9v7.6c0 1-2.6 1.9-5.8 1.9s-5.8-.9-5.8-1.9z" />
    <path d="M2.2 4.2c0 1 2.6 1.9 5.8 1.9s5.8-.9 5.8-1.9M2.2 8c0 1 2.6 1.9 5.8 1.9s5.8-.9 5.8-1.9" />
  </Icon>
);
export const PinIcon = () => (
  <Icon>
    <path d="M5.6 2h4.8l-.6 4.4 2.4 2.4H3.8l2.4-2.4z" />
    <path d="M8 8.8V14" />
  </Icon>
);
