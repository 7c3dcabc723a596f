export { Header } from './components/Header';
export { NoProjects } from './components/NoProjects';
export { SkipLink } from './components/SkipLink';
export { KeyboardHelp, useShellHotkeys } from './components/KeyboardHelp';
export { rememberProject, startProject } from './model/start-project';
