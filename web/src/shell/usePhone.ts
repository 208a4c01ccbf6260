import { useMediaQuery } from '@mantine/hooks';

const narrow = '(max-width: 767px)';

/** Whether the page is as narrow as a phone's. */
export const usePhone = () =>
  useMediaQuery(narrow, matchMedia(narrow).matches, { getInitialValueInEffect: false });
