#include <catch2/catch.hpp>
#include <filesystem>

#include "realistic_run.h"
#include "record/run_record.h"

namespace assay {
namespace {

constexpr const char* kGolden = ASSAY_SOURCE_DIR "/tests/golden/run";

TEST_CASE("a run of format 1 that was written before can be read") {
  const RunRecord record = read_run(kGolden);
  CHECK(record.warnings.empty());
  CHECK(record.manifests.size() == 2);
  CHECK(record.steps.size() == 12);
  CHECK(record.superseded.size() == 2);
  CHECK(record.steps[0].profile.phases[2].value() == Approx(0.56 * 1.9));
  CHECK(record.steps[0].tokens_per_expert.size() == 4);
  CHECK(record.manifest().energy_unavailable.size() == 1);
  CHECK(record.events.back().kind == "stop");
}

// Hidden: `test_report "[golden]"` writes tests/golden/run anew. Needed only where the format gets
// a new version.
TEST_CASE("write the golden run", "[.][golden]") {
  std::filesystem::remove_all(kGolden);
  test::write_realistic_run(kGolden, {.run_id = "golden",
                                      .num_steps = 12,
                                      .kill_after = 8,
                                      .resume_from = 6,
                                      .eval_every = 4,
                                      .checkpoint_every = 6,
                                      .energy = false});
  CHECK(read_run(kGolden).steps.size() == 12);
}

}  // namespace
}  // namespace assay
