#include "app/cli/build_info.h"
#include "app/cli/one_line.h"
#include "app/command.h"
#include "error/error.h"
#include "formats/mapping_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

namespace assay::app {
namespace {

void print_help(const std::vector<Command>& commands) {
  std::cout << "assay tests what AI training is said to cost.\n\nUsage: assay COMMAND "
               "[OPTIONS]\n\nCommands:\n";
  for (const Command& command : commands) {
    std::cout << "  " << command.name
              << std::string(12 - std::min<size_t>(command.name.size(), 11), ' ') << command.summary
              << '\n';
  }
  std::cout << "\nassay COMMAND --help says more; assay --version names this build.\n";
}

/// Takes the places of standard streams that are closed. A file of a run that got one of their
/// numbers would also hold what is printed; what is printed to a closed stream still fails.
void hold_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

/// How long OpenMP's threads spin before they sleep, where the user has not said. libgomp reads it
/// when it is loaded. Its default of milliseconds is lost beside another busy process; sleeping at
/// once costs an idle machine half of its speed (docs/measurements/training-speed.md).
void let_threads_spin_briefly() {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) ::setenv("GOMP_SPINCOUNT", "4000", /*replace=*/0);
}

/// Lets glibc ask for large pages for its heap where the user has set no tunables: tensors of
/// hundreds of MiB that are read once a step then cost a page fault and an address translation for
/// 2 MiB, not for 4 KiB. glibc reads it when a program starts.
void ask_for_large_pages() { ::setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", /*replace=*/0); }

/// Goes on as the full program, with the same arguments and process.
[[noreturn]] void become_full_program(char** argv) {
  let_threads_spin_briefly();
  ask_for_large_pages();
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
  const std::filesystem::path full = self.parent_path() / full_program();
  ::execv(full.c_str(), argv);
  throw DataError("[assay] the program that has this command cannot be started: " + full.string());
}

int dispatch(const std::vector<std::string>& args, char** argv) {
  const std::vector<Command> commands = all_commands();
  const bool is_own = !args.empty() && std::ranges::any_of(commands, [&](const Command& command) {
    return command.name == args[0];
  });
  if (!is_own && !full_program().empty()) become_full_program(argv);
  if (args.empty() || args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    print_help(commands);
    return 0;
  }
  if (args[0] == "--version") {
    const BuildInfo build = build_info();
    std::cout << "assay " << build.version << " ("
              << (build.commit.empty() ? "no git" : build.commit) << ", " << build.compiler
              << ")\n";
    return 0;
  }
  for (const Command& command : commands) {
    if (command.name == args[0]) return command.run({args.begin() + 1, args.end()});
  }
  throw ConfigError("[assay] unknown command: " + args[0] + " (assay --help lists them)");
}

/// What the system says of a file that no reader asked about more closely: a loop of links, a
/// folder that may not be searched, a name that is too long. Returns the exit code.
int report_file_error(const std::filesystem::filesystem_error& error) {
  std::fprintf(stderr, "assay: [files] %s: %s\n", error.code().message().c_str(),
               one_line(error.path1().string()).c_str());
  const bool is_storage = error.code() == std::errc::no_space_on_device ||
                          error.code() == std::errc::read_only_file_system;
  return static_cast<int>(is_storage ? ExitCode::kStorage : ExitCode::kData);
}

}  // namespace
}  // namespace assay::app

int main(int argc, char** argv) {
  int exit_code = static_cast<int>(assay::ExitCode::kInternal);
  assay::app::hold_closed_streams();
  assay::explain_shortened_files();
  try {
    exit_code = assay::app::dispatch({argv + 1, argv + argc}, argv);
    // Output that never reached its file (full disk, closed pipe) must not look like success.
    if (!std::cout.flush()) throw assay::StorageError("[assay] standard output cannot be written");
  } catch (const assay::Error& error) {
    std::fprintf(stderr, "assay: %s\n", assay::app::one_line(error.what()).c_str());
    exit_code = static_cast<int>(error.exit_code());
  } catch (const std::filesystem::filesystem_error& error) {
    exit_code = assay::app::report_file_error(error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "assay: internal error: %s\n", assay::app::one_line(error.what()).c_str());
  } catch (...) {
    std::fputs("assay: internal error: unknown exception\n", stderr);
  }
  return exit_code;
}
