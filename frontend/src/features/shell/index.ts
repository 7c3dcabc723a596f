export { Header } from './components/Header';
export { KeyboardHelp, useShellHotkeys } from './components/KeyboardHelp';
export { NoProjects } from './components/NoProjects';
export { SkipLink } from './components/SkipLink';
export { rememberProject, startProject } from './model/start-project';
