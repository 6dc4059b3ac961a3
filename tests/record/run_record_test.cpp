#include "record/run_record.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "error/error.h"
#include "record/run_writer.h"
#include "run_fixture.h"

namespace assay {
namespace {

using Catch::Contains;
using test::second_step;
using test::small_manifest;
using test::TemporaryFolder;

void write_run(const std::filesystem::path& dir) {
  const auto writer = RunWriter::create(dir, small_manifest(100));
  for (int64_t i = 1; i <= 3; ++i) {
    writer->consume(second_step(i, 100.0 + double(i)));
    writer->consume(EnergySample{.time_unix_s = 1, .source = "rapl", .energy = Joules(double(i))});
    writer->consume(test::event("eval", i, 100.5 + double(i), 0.25));
  }
  writer->check();
}

size_t count_lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_CASE("a run cut off at any byte of any file can be read and keeps its whole lines") {
  TemporaryFolder folder;
  write_run(folder.path());
  for (const char* name : {"steps.jsonl", "energy.0.jsonl", "events.0.jsonl"}) {
    const std::string whole = test::read_text(folder.path() / name);
    for (size_t size = 0; size <= whole.size(); ++size) {
      const std::string cut = whole.substr(0, size);
      test::write_text(folder.path() / name, cut);
      const RunRecord record = read_run(folder.path());
      const size_t torn = cut.empty() || cut.back() == '\n' ? 0 : 1;
      REQUIRE(record.warnings.size() == torn);
      const size_t lines = count_lines(cut);
      const std::string file = name;
      if (file == "steps.jsonl") REQUIRE(record.steps.size() == lines);
      if (file == "energy.0.jsonl") REQUIRE(record.energy.size() == lines);
      if (file == "events.0.jsonl") REQUIRE(record.events.size() == lines);
    }
  }
}

TEST_CASE("a broken line that is not the last is an error with its place") {
  TemporaryFolder folder;
  write_run(folder.path());
  const auto path = folder.path() / "steps.jsonl";
  std::string text = test::read_text(path);
  text[text.find('\n') + 10] = '}';
  test::write_text(path, text);
  CHECK_THROWS_AS(read_run(folder.path()), DataError);
  CHECK_THROWS_WITH(read_run(folder.path()), Contains("steps.jsonl:2:"));
}

TEST_CASE("a broken last line with its newline is an error, not a torn line") {
  TemporaryFolder folder;
  write_run(folder.path());
  const auto path = folder.path() / "events.0.jsonl";
  test::write_text(path, test::read_text(path) + "{\n");
  CHECK_THROWS_WITH(read_run(folder.path()), Contains("events.0.jsonl:5:"));
}

TEST_CASE("a run has the price of its newest process that named one") {
  RunRecord record;
  record.manifests = {small_manifest(100), small_manifest(200, 2), small_manifest(300, 3)};
  for (RunManifest& manifest : record.manifests) manifest.price_text = "";
  CHECK(&record.priced_manifest() == &record.manifests[0]);
  record.manifests[0].price_text = "1 USD/gpu_h";
  record.manifests[1].price_text = "2 USD/gpu_h";
  CHECK(&record.priced_manifest() == &record.manifests[1]);
}

TEST_CASE("a folder without a manifest is not a run") {
  TemporaryFolder folder;
  CHECK_THROWS_WITH(read_run(folder.path()), Contains("has no manifest.json"));
  CHECK_THROWS_AS(read_run(folder.path() / "missing"), DataError);
}

TEST_CASE("a run killed before its first step can be read") {
  TemporaryFolder folder;
  RunWriter::create(folder.path(), small_manifest(100));
  std::filesystem::remove(folder.path() / "steps.jsonl");
  const RunRecord record = read_run(folder.path());
  CHECK(record.steps.empty());
  CHECK(record.events.size() == 1);
}

TEST_CASE("a step that comes twice in one process is an error") {
  TemporaryFolder folder;
  {
    const auto writer = RunWriter::create(folder.path(), small_manifest(100));
    writer->consume(second_step(2, 101));
    writer->consume(second_step(2, 102));
  }
  CHECK_THROWS_WITH(read_run(folder.path()), Contains("steps.jsonl:2") && Contains("step 2 after"));
}

TEST_CASE("an attempt without a manifest is an error") {
  TemporaryFolder folder;
  {
    RunWriter::create(folder.path(), small_manifest(100));
    const auto writer = RunWriter::resume(folder.path(), small_manifest(200));
    writer->consume(second_step(1, 201));
  }
  std::filesystem::remove(folder.path() / "manifest.1.json");
  CHECK_THROWS_WITH(read_run(folder.path()), Contains("attempt 1 has no manifest"));
}

}  // namespace
}  // namespace assay
