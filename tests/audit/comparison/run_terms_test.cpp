#include "audit/comparison/run_terms.h"

#include "tests/audit/comparison/made_run.h"

namespace assay::audit {
namespace {

TEST_CASE("runs on unlike terms are refused with every reason") {
  const RunRecord a = made_run({"a", 1, 1, 1});
  RunRecord device = made_run({"b", 1, 1, 1});
  device.manifests[0].devices[0].name = "another processor";
  device.manifests[0].tokenizer = "bpe";
  CHECK(refusal({a, device}).find("devices differ: a-1 has \"cpu a processor, 2 threads\"") !=
        std::string::npos);
  CHECK(refusal({a, device}).find("tokenizers differ") != std::string::npos);
  RunRecord threads = made_run({"b", 1, 1, 1});
  threads.manifests[0].num_threads = 1;
  CHECK(refusal({a, threads}).find("devices differ") != std::string::npos);
  RunRecord data = made_run({"b", 1, 1, 1});
  data.manifests[0].data[0].sha256 = "bb";
  CHECK(refusal({a, data}).find("data differ: a-1 has \"aa\"") != std::string::npos);
  RunRecord unknown = made_run({"b", 1, 1, 1});
  unknown.manifests[0].data.clear();
  CHECK(refusal({unknown, a}).find("data of b-1 are not known") != std::string::npos);
  RunRecord part = made_run({"b", 1, 1, 1});
  for (RunEvent& event : part.events) event.message = "another part";
  CHECK(refusal({a, part}).find("was evaluated on") != std::string::npos);
  RunRecord resumed = made_run({"b", 1, 1, 1});
  resumed.manifests.push_back(resumed.manifests[0]);
  resumed.manifests[1].devices[0].name = "another processor";
  CHECK(refusal({a, resumed}).find("devices differ") != std::string::npos);
}

TEST_CASE("a refusal names the runs that are on like terms") {
  const RunRecord a = made_run({"a", 1, 1, 1});
  const RunRecord b = made_run({"b", 1, 1, 1});
  RunRecord other = made_run({"c", 1, 1, 1});
  other.manifests[0].tokenizer = "bpe";
  CHECK(refusal({a, other, b}).find("; on like terms are a-1 b-1") != std::string::npos);
  CHECK(refusal({a, other}).find("no two of them are on like terms") != std::string::npos);
  // Two seeds of one setting have nothing to be compared by.
  CHECK(refusal({a, other, made_run({"a", 2, 1, 1})}).find("no two of them") != std::string::npos);
}

TEST_CASE("a run with fewer than three evaluations is refused") {
  const RunRecord a = made_run({"a", 1, 1, 1});
  RunRecord few = made_run({"b", 1, 1, 1});
  few.events.resize(2);
  CHECK(refusal({a, few}).find("has 2 evaluations") != std::string::npos);
}

}  // namespace
}  // namespace assay::audit
