# Script (cmake -P): writes OUTPUT from TEMPLATE with VERSION, COMPILER and the commit of the working tree.
get_filename_component(folder ${TEMPLATE} DIRECTORY)
execute_process(
  COMMAND git -C ${folder} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(COMMIT "") # an exported tree without git: the commit is not known
endif()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
