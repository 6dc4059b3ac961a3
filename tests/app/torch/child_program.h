#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// `assay` as a child process that the test can watch, signal and limit. Its output goes to a file.
class ChildProgram {
 public:
  struct Limits {
    std::optional<uint64_t> file_bytes;           ///< RLIMIT_FSIZE
    std::optional<uint64_t> address_space_bytes;  ///< RLIMIT_AS
  };

  ChildProgram(const std::vector<std::string>& args, std::filesystem::path log,
               const Limits& limits);
  ChildProgram(const std::vector<std::string>& args, std::filesystem::path log)
      : ChildProgram(args, std::move(log), Limits{}) {}
  /// Kills the child where it still lives.
  ~ChildProgram();
  ChildProgram(const ChildProgram&) = delete;
  ChildProgram& operator=(const ChildProgram&) = delete;

  void signal(int number) const;
  /// Waits for the end: the exit code, or 128 + signal.
  int wait();
  [[nodiscard]] bool running();
  /// Waits until `done` holds or the child has ended or four minutes have passed; true where it
  /// holds.
  bool wait_until(const std::function<bool()>& done);
  /// Standard output and error so far, together.
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path log_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};
