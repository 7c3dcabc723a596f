import { Link } from '@tanstack/react-router';
import { ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { useMutation } from 'urql';
import { SignOutDocument } from '@/gql/graphql';
import { findProject, type Viewer } from '@/shared/api/viewer';
import { setTheme, type Theme, useTheme } from '@/shared/theme/theme';
import { IconButton } from '@/ui/button';
import { Logo } from '@/ui/logo';
import { Menu } from '@/ui/menu';
import { openKeyboardHelp } from './KeyboardHelp';

const themes: readonly { value: Theme; name: string; icon: typeof Sun }[] = [
  { value: 'system', name: 'System', icon: Monitor },
  { value: 'light', name: 'Light', icon: Sun },
  { value: 'dark', name: 'Dark', icon: Moon },
];

/** The line at the top of every page. */
export function Header({ viewer, projectId }: { viewer: Viewer; projectId: string | undefined }) {
  const theme = useTheme();
  const ThemeIcon = themes.find((item) => item.value === theme)?.icon ?? Monitor;
  const [, signOut] = useMutation(SignOutDocument);
  const leave = async () => {
    await signOut({}, { handlesSignOut: true });
    // Loading the page afresh leaves nothing of the person in memory.
    location.assign(new URL('sign-in', document.baseURI));
  };
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line bg-bg px-3 sm:gap-2 sm:px-4">
      <Link to="/" className="mr-1 flex items-center gap-2 rounded-md" aria-label="Treeline, home">
        <Logo />
        <span className="hidden font-semibold tracking-tight sm:inline">Treeline</span>
      </Link>
      <span aria-hidden="true" className="hidden h-5 w-px bg-line sm:block" />
      <ProjectSwitch viewer={viewer} projectId={projectId} />
      {projectId && (
        <nav aria-label="Main" className="ml-1 hidden sm:block">
          <Link
            to="/projects/$projectId/traces"
            params={{ projectId }}
            activeOptions={{ includeSearch: false }}
            className="rounded-md px-2 py-1 text-sm text-muted hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
          >
            Traces
          </Link>
        </nav>
      )}
      <div className="flex-1" />
      <IconButton label="Keyboard shortcuts" className="max-sm:hidden" onClick={openKeyboardHelp}>
        <Keyboard size={16} aria-hidden="true" />
      </IconButton>
      <Menu
        align="end"
        trigger={
          <IconButton label="Theme">
            <ThemeIcon size={16} aria-hidden="true" />
          </IconButton>
        }
        entries={[
          {
            kind: 'choice',
            id: 'theme',
            label: 'Theme',
            value: theme,
            onChange: (value) => setTheme(value as Theme),
            options: themes.map(({ value, name, icon: Icon }) => ({
              value,
              label: (
                <>
                  <Icon size={14} aria-hidden="true" className="text-muted" />
                  {name}
                </>
              ),
            })),
          },
        ]}
      />
      <Menu
        align="end"
        trigger={
          <IconButton label="Your account">
            <UserRound size={16} aria-hidden="true" />
          </IconButton>
        }
        entries={[
          {
            kind: 'group',
            id: 'account',
            label: (
              <>
                <span className="foreign block truncate text-sm text-ink">
                  {viewer.user?.name || viewer.user?.email || 'API key'}
                </span>
                {viewer.user?.name && (
                  <span className="foreign block truncate font-normal">{viewer.user.email}</span>
                )}
              </>
            ),
            entries: [
              { kind: 'separator', id: 'line' },
              {
                kind: 'action',
                id: 'keys',
                run: openKeyboardHelp,
                label: (
                  <>
                    <Keyboard size={14} aria-hidden="true" className="text-muted" />
                    Keyboard shortcuts
                  </>
                ),
              },
              {
                kind: 'action',
                id: 'sign-out',
                run: () => void leave(),
                label: (
                  <>
                    <LogOut size={14} aria-hidden="true" className="text-muted" />
                    Sign out
                  </>
                ),
              },
            ],
          },
        ]}
      />
    </header>
  );
}

function ProjectSwitch({ viewer, projectId }: { viewer: Viewer; projectId: string | undefined }) {
  const place = projectId ? findProject(viewer, projectId) : undefined;
  const organizations = viewer.organizations.nodes.filter(
    (organization) => organization.projects.nodes.length > 0,
  );
  if (organizations.length === 0) return null;
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-8 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm hover:bg-raised"
        >
          <span className="sr-only">Project: </span>
          {place ? (
            <>
              <span className="foreign max-w-40 truncate text-muted max-sm:hidden">
                {place.organization.name}
              </span>
              <span aria-hidden="true" className="text-muted max-sm:hidden">
                /
              </span>
              <span className="foreign max-w-48 truncate font-medium">{place.project.name}</span>
            </>
          ) : (
            'Choose a project'
          )}
          <ChevronsUpDown size={14} aria-hidden="true" className="shrink-0 text-muted" />
        </button>
      }
      entries={organizations.map((organization) => ({
        kind: 'group',
        id: organization.id,
        label: organization.name,
        entries: organization.projects.nodes.map((project) => ({
          kind: 'link',
          id: project.id,
          label: project.name,
          isCurrent: project.id === projectId,
          link: <Link to="/projects/$projectId/traces" params={{ projectId: project.id }} />,
        })),
      }))}
    />
  );
}
