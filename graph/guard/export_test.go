package guard

// NewQueryCache lets tests choose the bounds of a cache.
var NewQueryCache = newQueryCache
