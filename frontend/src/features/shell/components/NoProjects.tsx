import { FolderOpen } from 'lucide-react';
import { EmptyState } from '@/ui/states';

/** What someone sees who belongs to no project. */
export function NoProjects() {
  return (
    <EmptyState icon={FolderOpen} title="You have no project yet">
      <p>
        Ask an administrator of your organization to add you to one. Whoever runs this server can
        create a project with
      </p>
      <pre className="mt-3 overflow-x-auto rounded-md border border-line bg-surface px-3 py-2 text-left font-mono text-xs text-ink">
        treeline project create
      </pre>
    </EmptyState>
  );
}
