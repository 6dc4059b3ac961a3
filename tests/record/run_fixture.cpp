#include "run_fixture.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace assay::test {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "assay-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
  std::filesystem::remove_all(path_, ignored);
}

RunManifest small_manifest(double started_unix_s, int64_t resumed_at_step) {
  RunManifest manifest;
  manifest.run_id = "small";
  manifest.started_utc = "2026-01-02T03:04:05Z";
  manifest.started_unix_s = started_unix_s;
  manifest.resumed_at_step = resumed_at_step;
  manifest.command = {"assay", "train", "--config", "a \"quoted\" name.toml"};
  manifest.stages = {{.name = "pretrain", .num_steps = 10, .seq_len = 8, .tokens_per_step = 16}};
  manifest.data = {{.path = "train.bin", .size = 1 << 20, .sha256 = std::string(64, 'a')}};
  manifest.devices = {{.kind = "cpu", .name = "A CPU", .measured_ceiling_flops = 1.25e11}};
  manifest.numerics = {{"matmul", "highest"}};
  manifest.seed = 0xffffffffffffffffULL;
  return manifest;
}

StepRecord second_step(int64_t step, double time_unix_s) {
  StepRecord record;
  record.stage = "pretrain";
  record.step = step;
  record.time_unix_s = time_unix_s;
  record.tokens = Tokens(16);
  record.loss = 5.0 / static_cast<double>(step);
  record.profile.wall = Seconds(1);
  record.profile.phases[1] = Seconds(0.25);
  record.profile.phases[2] = Seconds(0.75);
  return record;
}

RunEvent event(std::string kind, int64_t step, double time_unix_s, double duration_s) {
  RunEvent result;
  result.kind = std::move(kind);
  result.step = step;
  result.time_unix_s = time_unix_s;
  if (duration_s >= 0) result.duration = Seconds(duration_s);
  return result;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace assay::test
