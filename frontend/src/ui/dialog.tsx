import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './button';

/** A window over the page; closes on Esc, on the cross and outside of it. */
export function Dialog({
  title,
  isOpen,
  onClose,
  children,
}: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[light-dark(rgb(22_26_32/0.4),rgb(0_0_0/0.6))]" />
        <Base.Popup className="fixed top-1/2 left-1/2 z-50 flex max-h-[85vh] w-[min(44rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 flex-col rounded-lg border border-line bg-bg shadow-popup outline-none">
          <div className="flex items-center justify-between gap-4 border-b border-line px-5 py-3">
            <Base.Title className="text-lg font-semibold">{title}</Base.Title>
            <Base.Close
              render={
                <IconButton label="Close">
                  <X size={16} aria-hidden="true" />
                </IconButton>
              }
            />
          </div>
          <div className="overflow-y-auto px-5 py-4" tabIndex={0} role="region" aria-label={title}>
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
