#include "record/record_line_parser.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "error/error.h"
#include "record/record_json.h"
#include "run_fixture.h"

namespace assay::record {
namespace {

// What a reader makes of a line: its figures written again, or its message.
template <class Parse>
std::string outcome(const Parse& parse) {
  try {
    return to_json_line(parse());
  } catch (const DataError& error) {
    return error.what();
  }
}

EnergySample parse_again(const std::string& line, const std::string& where, EnergySample) {
  return parse_energy_sample(line, where);
}
StepRecord parse_again(const std::string& line, const std::string& where, StepRecord) {
  return parse_step(line, where);
}
EnergySample parse_fast(RecordLineParser& parser, const LineReader& reader, EnergySample) {
  return parser.energy(reader);
}
StepRecord parse_fast(RecordLineParser& parser, const LineReader& reader, StepRecord) {
  return parser.step(reader);
}

// Reads lines of steps, or of T, in both ways.
template <class T = StepRecord>
void check_same(const std::vector<std::string>& lines) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "steps.jsonl";
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  test::write_text(path, text);
  RecordLineParser parser;
  LineReader reader(path);
  for (size_t i = 0; i < lines.size(); ++i) {
    REQUIRE(reader.next());
    const std::string where = path.string() + ":" + std::to_string(i + 1);
    REQUIRE(outcome([&] { return parse_fast(parser, reader, T()); }) ==
            outcome([&] { return parse_again(lines[i], where, T()); }));
  }
}

StepRecord full_step() {
  StepRecord step = test::second_step(12, 1767323045.25);
  step.stage = "context \"extension\"\n\xe6\xb8\xac";
  step.loss = std::nan("");
  step.aux_loss = INFINITY;
  step.grad_norm = -INFINITY;
  step.skipped = true;
  step.profile.overlapped_comm = Seconds(0.125);
  step.profile.unphased = Seconds(0.0625);
  step.profile.clock = StepClock::kCudaEvents;
  step.profile.layers = {{"attention", Seconds(0.1), Seconds(0.2)}};
  step.profile.profiler_host = Seconds(1e-5);
  step.tokens_per_expert = {{1, 2, 3}, {}};
  step.router = {{.layer = 2, .load_entropy_nats = 1.01, .dropped = 7, .bias = {-0.5, 0.125}}, {}};
  return step;
}

TEST_CASE("any double is read as the other reader reads it") {
  std::mt19937_64 random(11);
  std::vector<std::string> lines;
  for (int i = 0; i < 5000; ++i) {
    StepRecord step = test::second_step(i + 1, 0);
    step.loss = std::bit_cast<double>(random());
    step.grad_norm = static_cast<double>(static_cast<int64_t>(random()));
    step.tokens = Tokens(static_cast<double>(random() >> 12));
    lines.push_back(to_json_line(step));
  }
  check_same(lines);
}

TEST_CASE("a line cut at any byte, or with any byte changed, is read or refused alike") {
  const std::string line = to_json_line(full_step());
  std::vector<std::string> lines{line};
  for (size_t i = 0; i < line.size(); ++i) {
    lines.push_back(line.substr(0, i));
    for (const char byte : {'0', '"', '}', ',', 'x', '\xff'}) {
      lines.push_back(line);
      lines.back()[i] = byte;
    }
  }
  check_same(lines);
}

TEST_CASE("keys that are missing, new, twice or in another order are read alike") {
  const std::string line = to_json_line(full_step());
  const auto with = [&line](const std::string& from, const std::string& to) {
    std::string changed = line;
    REQUIRE(changed.find(from) != std::string::npos);
    return changed.replace(changed.find(from), from.size(), to);
  };
  check_same(
      {with("\"skipped\":true,", ""),
       with("\"skipped\":true,", "\"extra\":[1,{}],\"skipped\":true,"),
       with("\"skipped\":true,", "\"skipped\":true,\"skipped\":false,"),
       with("\"skipped\":true,\"warmup\":false,", "\"warmup\":false,\"skipped\":true,"),
       with("\"step\":12", "\"step\":12.0"), with("\"step\":12", "\"step\":123456789012345678901"),
       with("\"attempt\":0", "\"attempt\":3000000000"),
       with("\"schema_version\":1", "\"schema_version\":2"),
       with("\"kind\":\"step\"", "\"kind\":\"event\""), with("\"wall_s\":1.0", "\"wall_s\":1e999"),
       with("\"forward\"", "\"forwards\""), "", "[]", "{}", "null"});
}

TEST_CASE("a sample of energy is read or refused alike, whatever byte is changed or missing") {
  const std::string line = to_json_line(EnergySample{.time_unix_s = 1767323045.25,
                                                     .source = "nvml_counter",
                                                     .device_uuid = "GPU-\xe6\xb8\xac",
                                                     .energy = Joules(123.456),
                                                     .power = Watts(700.5),
                                                     .provenance = Provenance::kDerived,
                                                     .node = "0"});
  std::vector<std::string> lines{line, to_json_line(EnergySample{}), "", "{}", "null"};
  for (size_t i = 0; i < line.size(); ++i) {
    lines.push_back(line.substr(0, i));
    for (const char byte : {'0', '"', '}', ',', 'x', '\xff'}) {
      lines.push_back(line);
      lines.back()[i] = byte;
    }
  }
  check_same<EnergySample>(lines);
}

}  // namespace
}  // namespace assay::record
