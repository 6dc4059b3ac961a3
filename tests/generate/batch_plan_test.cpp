#include "generate/batch_plan.h"

#include <catch2/catch.hpp>
#include <string>

using assay::BatchPlan;
using assay::GenerationRequest;
using assay::RequestPart;

namespace {

/// "0:0+2 1:0+1 | 2:0+3": request, first sample and number of samples of each part of each batch.
std::string planned(const std::vector<int64_t>& samples, int64_t max_sequences) {
  std::vector<GenerationRequest> requests;
  for (const int64_t count : samples) requests.push_back({.num_samples = count});
  BatchPlan plan(requests, max_sequences);
  std::string text;
  for (auto batch = plan.next(); !batch.empty(); batch = plan.next()) {
    if (!text.empty()) text += " |";
    for (const RequestPart& part : batch) {
      text += (text.empty() ? "" : " ") + std::to_string(part.request) + ":" +
              std::to_string(part.first_sample) + "+" + std::to_string(part.num_samples);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("without a limit all requests are one batch") {
  CHECK(planned({1, 3, 2}, 0) == "0:0+1 1:0+3 2:0+2");
  CHECK(planned({}, 0).empty());
}

TEST_CASE("a batch holds as many whole requests as its limit allows") {
  CHECK(planned({1, 1, 1, 1, 1}, 2) == "0:0+1 1:0+1 | 2:0+1 3:0+1 | 4:0+1");
  CHECK(planned({1, 3, 2}, 4) == "0:0+1 1:0+3 | 2:0+2");
  CHECK(planned({2, 3, 1}, 4) == "0:0+2 | 1:0+3 2:0+1");
}

TEST_CASE("samples that no batch holds are dealt out over several") {
  CHECK(planned({7}, 3) == "0:0+3 | 0:3+3 | 0:6+1");
  CHECK(planned({1, 5, 2}, 3) == "0:0+1 | 1:0+3 | 1:3+2 | 2:0+2");
  CHECK(planned({1, 4, 2}, 3) == "0:0+1 | 1:0+3 | 1:3+1 2:0+2");
}
