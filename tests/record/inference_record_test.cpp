#include "record/inference_record.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "error/error.h"
#include "record/record_json.h"
#include "record/run_record.h"
#include "record/run_writer.h"
#include "record/time_account.h"
#include "run_fixture.h"

namespace assay {
namespace {

using Catch::Contains;

InferenceRecord two_prompts() {
  return {.time_unix_s = 106,
          .num_prompts = 2,
          .num_sequences = 3,
          .prompt_tokens = Tokens(17),
          .generated_tokens = Tokens(30),
          .decode_tokens = Tokens(27),
          .prefill = Seconds(0.1),
          .decode = Seconds(2.9),
          .first_token = Seconds(0.125),
          .kv_cache = Bytes(3072),
          .kv_per_sequence = Bytes(1024)};
}

TEST_CASE("a batch of generation reads back as it was written") {
  InferenceRecord batch = two_prompts();
  const std::string line = to_json_line(batch);
  CHECK_THAT(line, Contains("\"kind\":\"inference\"") && Contains("\"energy_j\":null") &&
                       Contains("\"prompt_tokens\":17") && Contains("\"prefill_s\":0.1"));
  CHECK(to_json_line(parse_inference(line, "x:1")) == line);
  batch.energy = Joules(12.5);
  CHECK(parse_inference(to_json_line(batch), "x:1").energy->value() == 12.5);
}

TEST_CASE("a run directory holds its batches, and their time is productive") {
  const test::TemporaryFolder folder;
  {
    const auto writer = RunWriter::create(folder.path(), test::small_manifest(100));
    writer->consume(test::event("startup", 0, 103, 3));
    writer->consume(two_prompts());
    writer->consume(test::event("stop", 0, 107, -1));
    writer->check();
  }
  const RunRecord record = read_run(folder.path());
  REQUIRE(record.inference.size() == 1);
  CHECK(record.inference[0].num_sequences == 3);
  const TimeAccount time = account_time(record);
  CHECK(time[RunState::kStartup].value() == Approx(3));
  CHECK(time[RunState::kProductive].value() == Approx(3));
  CHECK(time[RunState::kIdle].value() == Approx(1));
}

TEST_CASE("a torn last batch is left out and said, a broken one is an error with its line") {
  const test::TemporaryFolder folder;
  RunWriter::create(folder.path(), test::small_manifest(100))->consume(two_prompts());
  const std::filesystem::path file = folder.path() / "inference.jsonl";
  std::ofstream(file, std::ios::app) << "{\"schema_ver";
  const RunRecord torn = read_run(folder.path());
  CHECK(torn.inference.size() == 1);
  CHECK(torn.warnings.size() == 1);
  std::ofstream(file, std::ios::app) << "\n";
  CHECK_THROWS_WITH(read_run(folder.path()), Contains("inference.jsonl:2"));
}

}  // namespace
}  // namespace assay
