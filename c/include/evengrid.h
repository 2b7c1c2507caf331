/* evengrid for C. Made by cbindgen from src/; README.md has an example.
 *
 * Every function may be called from any thread. Those that can fail return an EvengridCode; what went
 * wrong in the last call of the same thread is told by evengrid_message(). */

#ifndef EVENGRID_H
#define EVENGRID_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// Stands for no grid.
#define EVENGRID_NOWHERE UINT32_MAX

// How a call ended: as the exit codes of the command line.
typedef enum EvengridCode {
  // Done, and all that was asked is kept.
  EVENGRID_CODE_OK = 0,
  // Done, and something that was asked could not be kept; the message says what.
  EVENGRID_CODE_INCOMPLETE = 1,
  // Not done: input that cannot be used; the message says what, and the cure.
  EVENGRID_CODE_UNUSABLE = 2,
  // Not done: a fault of evengrid's own. Please report the message.
  EVENGRID_CODE_FAULT = 3,
} EvengridCode;

// A plan that has been opened. It never changes: many threads may ask it at once.
typedef struct EvengridPlan EvengridPlan;

// A graph in compressed sparse row form: the neighbours of vertex `v` are
// `targets[offsets[v]]` to `targets[offsets[v + 1] - 1]`. Each edge stands twice, once at each end,
// with the same cost.
typedef struct EvengridGraph {
  // Number of vertices.
  size_t vertices;
  // Where the neighbours of each vertex begin, and where the last ones end: `vertices + 1` numbers.
  const size_t *offsets;
  // The neighbours.
  const uint32_t *targets;
  // What cutting each edge costs, from 0, beside `targets`; NULL: 1 each.
  const int64_t *costs;
  // Weights per vertex: 1 where only people count, 2 with area, and so on.
  size_t dimensions;
  // The weights, from 0, vertex by vertex: `vertices * dimensions` numbers.
  const int64_t *weights;
} EvengridGraph;

// How far the sum of a weight over a zone may lie from the mean of all zones.
typedef struct EvengridTolerance {
  // Largest share below the mean, such as 0.05; INFINITY for no limit.
  double lower;
  // Largest share above the mean; INFINITY for no limit.
  double upper;
} EvengridTolerance;

// The figures of a division.
typedef struct EvengridDivision {
  // Sum over zones and weights of what lies outside of tolerance, as shares of the mean.
  double violation;
  // A violation that no division can avoid.
  double least_violation;
  // Sum of the costs of cut edges.
  int64_t cost;
  // A cost that no division without more violation falls below.
  int64_t least_cost;
  // Zones that are not connected; 0 unless the graph itself is in more pieces than zones.
  size_t in_pieces;
  // Whether it is proved that no contiguous division is better.
  bool proved;
} EvengridDivision;

// What has become of a city; `plan.json` tells the rest.
typedef struct EvengridPlanned {
  // Units.
  size_t units;
  // Grids.
  size_t grids;
  // Communities that have grids.
  size_t communities;
  // People.
  double population;
  // Grids that do not keep something that was asked.
  size_t grids_in_violation;
  // Largest deviation of people from the mean of a grid's community, as a share.
  double max_population_deviation;
} EvengridPlanned;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// What went wrong, could not be kept, or was taken for granted in the last call on this thread that
// returned a code; empty where there is nothing to tell. Valid until the next such call on this thread.
const char *evengrid_message(void);

// The version of evengrid, such as `0.1.0`.
const char *evengrid_version(void);

// Divides a graph into `zones` contiguous zones of even weights that cut edges of little cost.
//
// `tolerances` has one for each weight; NULL stands for 0.05 on both sides of each. `effort` is
// "fast", "balanced", "thorough" or a number of seconds; NULL stands for "balanced". The
// same graph and seed give the same answer on any number of threads, but for seconds.
// `zone_of_vertex` gets a zone, from 0, for every vertex; `division`, unless it is NULL, the figures.
//
// Returns EVENGRID_CODE_INCOMPLETE where a zone is out of tolerance or in pieces.
//
// The caller sees to it:
// The pointers of `graph` point to as many values as it says, `tolerances` to `graph->dimensions`,
// `zone_of_vertex` to room for `graph->vertices`, `effort` to text that ends with a zero byte.
enum EvengridCode evengrid_divide(const struct EvengridGraph *graph,
                                  size_t zones,
                                  const struct EvengridTolerance *tolerances,
                                  const char *effort,
                                  uint64_t seed,
                                  uint32_t *zone_of_vertex,
                                  struct EvengridDivision *division);

// Opens a plan folder. What it gives is closed by evengrid_close.
//
// The caller sees to it:
// `plan_folder` is text that ends with a zero byte, `plan` room for a pointer.
enum EvengridCode evengrid_open(const char *plan_folder, struct EvengridPlan **plan);

// Closes a plan; NULL is passed over.
//
// The caller sees to it:
// `plan` comes from evengrid_open and is not used afterwards.
void evengrid_close(struct EvengridPlan *plan);

// Number of grids; 0 for NULL.
//
// The caller sees to it:
// `plan` is NULL or comes from evengrid_open.
size_t evengrid_grid_count(const struct EvengridPlan *plan);

// Code of a grid, counted from 0; NULL where there is no such grid. Lives as long as the plan.
//
// The caller sees to it:
// `plan` is NULL or comes from evengrid_open.
const char *evengrid_grid_code(const struct EvengridPlan *plan, size_t grid);

// All that `grids.geojson` says of a grid, counted from 0, as a JSON object: community, people,
// officer, central households. NULL where there is no such grid. Lives as long as the plan.
//
// The caller sees to it:
// `plan` is NULL or comes from evengrid_open.
const char *evengrid_grid_record(const struct EvengridPlan *plan, size_t grid);

// Finds the grids of `count` points in degrees, given as longitude and latitude in turn
// (`2 * count` numbers). `grids` gets the number of each point's grid, from 0, or EVENGRID_NOWHERE.
//
// Returns EVENGRID_CODE_INCOMPLETE where a point lies in no grid.
//
// The caller sees to it:
// `plan` comes from evengrid_open, `lon_lat` points to `2 * count` numbers, `grids` to room for
// `count`.
enum EvengridCode evengrid_locate(const struct EvengridPlan *plan,
                                  const double *lon_lat,
                                  size_t count,
                                  uint32_t *grids);

// Plans a city folder and writes a plan folder, whole or not at all, as `evengrid plan` does.
//
// `settings` is text as in `evengrid.toml`, such as "grids = 463"; it comes before the folder's own
// `evengrid.toml`, and may be NULL. An existing plan is replaced only where `replace` is true.
// `planned`, unless it is NULL, gets the figures.
//
// Returns EVENGRID_CODE_INCOMPLETE where something that was asked could not be kept. Where no number
// of grids is given, evengrid_message tells what was taken instead.
//
// The caller sees to it:
// Texts end with a zero byte; `planned` is NULL or room for the figures.
enum EvengridCode evengrid_plan(const char *city_folder,
                                const char *plan_folder,
                                const char *settings,
                                bool replace,
                                struct EvengridPlanned *planned);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* EVENGRID_H */
