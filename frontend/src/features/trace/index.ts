export { TracePage } from './components/TracePage';
export { readTraceViewSearch, type TraceViewSearch } from './model/trace-view-search';
