#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace assay {

/// Waits until `done` holds; false after the time.
bool wait_until(const std::function<bool()>& done, double seconds = 60);

/// A program in the background with its output in a file; killed when this object goes away.
class Service {
 public:
  Service(const std::vector<std::string>& command, std::filesystem::path log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  void signal(int number) const;
  /// Waits for the end: the exit code, or 128 + signal.
  int wait();
  [[nodiscard]] bool running();
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path log_;
  pid_t pid_ = -1;
  int status_ = -1;
  bool ended_ = false;
};

}  // namespace assay
