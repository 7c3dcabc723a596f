export { TraceListPage } from './components/TraceListPage';
export { readTraceSearch } from './model/trace-search';
