// A run directory of millions of steps, and what the program takes for it.
#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace fs = std::filesystem;

struct ProgramCost {
  int exit_code = -1;
  double wall_s = 0;
  double cpu_s = 0;
  double peak_mb = 0;
};

inline double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

inline void print(const std::string& what, const ProgramCost& cost) {
  std::cout << what << ": " << cost.wall_s << " s, " << cost.cpu_s << " s of CPU, " << cost.peak_mb
            << " MB\n";
}

// Runs the program to its end, its output to a file, and tells what that took.
inline ProgramCost cost_of(std::vector<std::string> args, const std::string& out = "/dev/null") {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    args.insert(args.begin(), ASSAY_PROGRAM);
    std::vector<char*> argv;
    for (std::string& arg : args) argv.push_back(arg.data());
    argv.push_back(nullptr);
    if (std::freopen(out.c_str(), "w", stdout) == nullptr) _exit(126);
    execv(ASSAY_PROGRAM, argv.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const auto wall = std::chrono::steady_clock::now() - begin;
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          .wall_s = std::chrono::duration<double>(wall).count(),
          .cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime),
          .peak_mb = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6};
}

// A run of so many steps of 10 ms, with one spike of the loss that no chart may lose, and where
// wanted with samples of energy beside them, an evaluation and a checkpoint for every tenth.
class LongRun {
 public:
  explicit LongRun(int64_t num_steps, int64_t num_samples = 0) : num_steps_(num_steps) {
    std::string name = (fs::temp_directory_path() / "assay-long-run-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    const fs::path golden = fs::path(ASSAY_SOURCE_DIR) / "tests/golden/run";
    std::ifstream manifest_file(golden / "manifest.json");
    auto manifest = nlohmann::ordered_json::parse(manifest_file);
    manifest["stages"][0]["num_steps"] = num_steps;
    const double start = manifest["started_unix_s"];
    std::ofstream(folder_ / "manifest.json") << manifest.dump(2) << "\n";
    std::FILE* steps = std::fopen((folder_ / "steps.jsonl").c_str(), "w");
    for (int64_t step = 1; step <= num_steps; ++step) write_step(steps, step, start, num_steps);
    std::fclose(steps);
    write_energy(num_samples, start, 0.01 * static_cast<double>(num_steps));
    write_events(num_samples / 10, start, num_steps);
  }
  ~LongRun() { fs::remove_all(folder_); }
  LongRun(const LongRun&) = delete;
  LongRun& operator=(const LongRun&) = delete;

  [[nodiscard]] const fs::path& folder() const { return folder_; }
  [[nodiscard]] ProgramCost report(const std::string& formats) const {
    return cost_of({"report", folder_.string(), "--format", formats});
  }

  /// Gives the run a setting of its own, and so many evaluations, evenly, whose loss falls with the
  /// logarithm of the step.
  void make_comparable(const std::string& setting, double speed, int64_t count) const {
    std::ifstream read(folder_ / "manifest.json");
    auto manifest = nlohmann::ordered_json::parse(read);
    read.close();
    manifest["model_id"] = setting;
    manifest["config_toml"] = "[model]\nfamily = \"" + setting + "\"\n";
    std::ofstream(folder_ / "manifest.json") << manifest.dump(2) << "\n";
    const double start = manifest["started_unix_s"];
    std::FILE* file = std::fopen((folder_ / "events.0.jsonl").c_str(), "w");
    for (int64_t i = 1; i <= count; ++i) {
      const int64_t step = num_steps_ / count * i;
      const double loss = 6 - speed * std::log10(static_cast<double>(step));
      std::fprintf(file,
                   R"({"schema_version":1,"kind":"event","time_unix_s":%.6f,"attempt":0,"rank":0,)"
                   R"("event":"eval","step":%lld,"duration_s":1e-6,"value":%.17g,"message":"x"})"
                   "\n",
                   start + 0.01 * static_cast<double>(step), static_cast<long long>(step), loss);
    }
    std::fclose(file);
  }

 private:
  static void write_step(std::FILE* file, int64_t step, double start, int64_t num_steps) {
    const double loss =
        step == num_steps / 3 ? 77.125 : 2 + 3 * std::exp(-1e-5 * step) + 1e-3 * (step % 97);
    std::fprintf(
        file,
        R"({"schema_version":1,"kind":"step","stage":"pretrain","step":%lld,"attempt":0,)"
        R"("time_unix_s":%.6f,"tokens":4096,"loss_nats":%.17g,"aux_loss":0.0,"grad_norm":%.17g,)"
        R"("learning_rate":0.0003,"skipped":false,"warmup":%s,"wall_s":0.01,"phases_s":{"data":)"
        R"(0.0001234567890123,"forward":0.0031234567890123,"backward":0.0051234567890123,"comm":0.0,)"
        R"("optimizer":0.0011234567890123,"other":0.0005061728439508},"overlapped_comm_s":null,)"
        R"("clock":"steady_clock","tokens_per_expert":[]})"
        "\n",
        static_cast<long long>(step), start + 0.01 * static_cast<double>(step), loss, loss / 3,
        step == 1 ? "true" : "false");
  }

  // 100 W, evenly over the run.
  void write_energy(int64_t count, double start, double length_s) const {
    if (count == 0) return;
    std::FILE* file = std::fopen((folder_ / "energy.0.jsonl").c_str(), "w");
    for (int64_t i = 0; i < count; ++i) {
      const double time = length_s * static_cast<double>(i) / static_cast<double>(count - 1);
      std::fprintf(file,
                   R"({"schema_version":1,"kind":"energy","time_unix_s":%.6f,"attempt":0,)"
                   R"("node":"0","source":"nvml_counter","device_uuid":"GPU-1","energy_j":%.9g,)"
                   R"("power_w":100.0,"provenance":"measured"})"
                   "\n",
                   start + time, 5e6 + 100 * time);
    }
    std::fclose(file);
  }
  void write_events(int64_t count, double start, int64_t num_steps) const {
    if (count == 0) return;
    std::FILE* file = std::fopen((folder_ / "events.0.jsonl").c_str(), "w");
    const auto write = [&](const char* kind, int64_t step, double duration, const char* value) {
      std::fprintf(file,
                   R"({"schema_version":1,"kind":"event","time_unix_s":%.6f,"attempt":0,"rank":0,)"
                   R"("event":"%s","step":%lld,"duration_s":%.3g,"value":%s,"message":"x"})"
                   "\n",
                   start + 0.01 * static_cast<double>(step), kind, static_cast<long long>(step),
                   duration, value);
    };
    for (int64_t i = 1; i <= count; ++i) {
      const auto step = static_cast<int64_t>(static_cast<double>(num_steps) *
                                             static_cast<double>(i) / static_cast<double>(count));
      write("eval", step, 1e-6, i == count / 3 ? "1.0625" : "2.5");
      write("checkpoint", step, 1e-6, "null");
    }
    std::fclose(file);
  }

  int64_t num_steps_;
  fs::path folder_;
};
