//! Point → grid: the spatial index.
