/* Divides a graph, plans a city folder, and asks the plan whose grid a place is in.
 *
 *   cargo build --release && cc -Iinclude examples/first_plan.c -Ltarget/release -levengrid_c -o first_plan
 *   LD_LIBRARY_PATH=target/release ./first_plan ../examples/data/shanghai my-plan 121.49 31.235
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "evengrid.h"

/* A street of six houses with 2, 3, 1, 2, 2 and 2 people: cut where it costs least. */
static int divide_a_street(void) {
  const size_t offsets[] = {0, 1, 3, 5, 7, 9, 10};
  const uint32_t targets[] = {1, 0, 2, 1, 3, 2, 4, 3, 5, 4};
  const int64_t costs[] = {9, 9, 9, 9, 1, 1, 9, 9, 9, 9};
  const int64_t people[] = {2, 3, 1, 2, 2, 2};
  const EvengridGraph street = {6, offsets, targets, costs, 1, people};
  const EvengridTolerance even = {0.05, 0.05};

  uint32_t zone[6];
  EvengridDivision division;
  if (evengrid_divide(&street, 2, &even, "fast", 1, zone, &division) != EVENGRID_CODE_OK) {
    fprintf(stderr, "%s\n", evengrid_message());
    return 1;
  }
  printf("zones");
  for (int house = 0; house < 6; house++) printf(" %" PRIu32, zone[house]);
  printf(", cost %" PRId64 "%s\n", division.cost, division.proved ? ", proved" : "");
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: first_plan CITY_DIR PLAN_DIR LONGITUDE LATITUDE\n");
    return 2;
  }
  printf("evengrid %s\n", evengrid_version());
  if (divide_a_street() != 0) return 2;

  EvengridPlanned planned;
  EvengridCode code =
      evengrid_plan(argv[1], argv[2], "target-population = 1000\neffort = 'fast'", false, &planned);
  if (code >= EVENGRID_CODE_UNUSABLE) {
    fprintf(stderr, "%s\n", evengrid_message());
    return 2;
  }
  if (code == EVENGRID_CODE_INCOMPLETE) printf("%s\n", evengrid_message());
  printf("%zu units, %.0f people, %zu grids\n", planned.units, planned.population, planned.grids);

  EvengridPlan *plan;
  if (evengrid_open(argv[2], &plan) != EVENGRID_CODE_OK) {
    fprintf(stderr, "%s\n", evengrid_message());
    return 2;
  }
  const double place[] = {atof(argv[3]), atof(argv[4])};
  uint32_t grid;
  code = evengrid_locate(plan, place, 1, &grid);
  if (code == EVENGRID_CODE_OK) {
    printf("grid %s\n%s\n", evengrid_grid_code(plan, grid), evengrid_grid_record(plan, grid));
  } else {
    printf("%s\n", evengrid_message());
  }
  evengrid_close(plan);
  return (int)code;
}
