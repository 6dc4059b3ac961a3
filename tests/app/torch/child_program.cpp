#include "child_program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace {

void limit(__rlimit_resource resource, const std::optional<uint64_t>& bytes) {
  if (!bytes) return;
  const rlimit both{*bytes, *bytes};
  setrlimit(resource, &both);
}

[[noreturn]] void become_assay(const std::vector<std::string>& args, const std::string& log,
                               const ChildProgram::Limits& limits) {
  const int file = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  limit(RLIMIT_FSIZE, limits.file_bytes);
  limit(RLIMIT_AS, limits.address_space_bytes);
  std::string program = ASSAY_PROGRAM;
  std::vector<std::string> copies = args;
  std::vector<char*> argv{program.data()};
  for (std::string& arg : copies) argv.push_back(arg.data());
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

int exit_code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ChildProgram::ChildProgram(const std::vector<std::string>& args, std::filesystem::path log,
                           const Limits& limits)
    : log_(std::move(log)), pid_(fork()) {
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) become_assay(args, log_.string(), limits);
}

ChildProgram::~ChildProgram() {
  if (!running()) return;
  signal(SIGKILL);
  wait();
}

void ChildProgram::signal(int number) const { kill(pid_, number); }

int ChildProgram::wait() {
  if (!exit_code_) {
    int status = 0;
    waitpid(pid_, &status, 0);
    exit_code_ = exit_code_of(status);
  }
  return *exit_code_;
}

bool ChildProgram::running() {
  if (exit_code_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = exit_code_of(status);
  return false;
}

bool ChildProgram::wait_until(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(4);
  while (std::chrono::steady_clock::now() < deadline) {
    if (done()) return true;
    if (!running()) return done();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

std::string ChildProgram::log() const {
  std::ifstream stream(log_, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}
