import {
  ActionIcon,
  Button,
  Checkbox,
  CloseButton,
  type CloseButtonProps,
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  Popover,
  Portal,
  Radio,
  SegmentedControl,
  Tooltip,
} from '@mantine/core';
import classes from './styles/mantine.module.css';
import { t } from './texts/index.ts';

/*
 * Mantine takes every colour and measure from the tokens in styles/tokens.css: sizes xs, sm and md are
 * the control heights 24, 28 and 32, and the resolver below points Mantine's own variables at ours,
 * so light, dark and the sepia past follow without a second palette.
 */

const token = (name: string): MantineColorsTuple =>
  Array.from({ length: 10 }, () => `var(--${name})`) as unknown as MantineColorsTuple;

/* The type of the props leaves out what any element may carry. */
const clear = { 'aria-label': t('action.clear') } as CloseButtonProps & Record<`data-${string}`, unknown>;

export const theme = createTheme({
  fontFamily: 'var(--font)',
  headings: { fontFamily: 'var(--font)', fontWeight: '600' },
  colors: { accent: token('accent'), overdue: token('overdue'), won: token('won'), lost: token('lost') },
  primaryColor: 'accent',
  primaryShade: 6,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '18px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '4px', md: '6px', lg: '8px', xl: '999px' },
  components: {
    Button: Button.extend({
      defaultProps: { size: 'md', variant: 'default' },
      classNames: { root: classes.button },
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { size: 'sm', variant: 'subtle', color: 'gray' },
      classNames: { root: classes.actionIcon },
    }),
    Input: Input.extend({ defaultProps: { size: 'md' }, classNames: { input: classes.input } }),
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { size: 'sm' },
      classNames: { label: classes.label, description: classes.description, error: classes.error },
    }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' }, classNames: { label: classes.choiceLabel } }),
    Radio: Radio.extend({ defaultProps: { size: 'xs' }, classNames: { label: classes.choiceLabel } }),
    CloseButton: CloseButton.extend({ defaultProps: clear }),
    SegmentedControl: SegmentedControl.extend({
      classNames: {
        root: classes.segments,
        indicator: classes.segment,
        label: classes.segmentLabel,
        control: classes.segmentControl,
      },
    }),
    Menu: Menu.extend({
      defaultProps: {
        transitionProps: { duration: 90 },
        position: 'bottom-start',
        offset: 4,
        withInitialFocusPlaceholder: false,
      },
      classNames: { dropdown: classes.dropdown, item: classes.item, label: classes.menuLabel },
    }),
    Popover: Popover.extend({
      defaultProps: { transitionProps: { duration: 90 }, position: 'bottom-start', offset: 4 },
      classNames: { dropdown: classes.dropdown },
    }),
    Modal: Modal.extend({
      defaultProps: {
        transitionProps: { duration: 120 },
        centered: true,
        radius: 'lg',
        padding: 'lg',
        overlayProps: { backgroundOpacity: 0.32 },
        /* The head of a dialog is no banner of the page. */
        attributes: { header: { role: 'presentation' } },
        closeButtonProps: { 'aria-label': t('action.close') },
      },
      classNames: { content: classes.modal, header: classes.modalHeader, title: classes.modalTitle },
    }),
    /* What floats lives in a landmark of its own, so that nothing on the page is outside of one. */
    Portal: Portal.extend({ defaultProps: { target: '#overlays' } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 350, transitionProps: { duration: 90 }, withArrow: false, offset: 6 },
      classNames: { tooltip: classes.tooltip },
    }),
  },
});

const shared = {
  '--mantine-color-body': 'var(--paper)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-3)',
  '--mantine-color-placeholder': 'var(--ink-3)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--overdue)',
  '--mantine-color-default': 'var(--paper)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-disabled': 'var(--sunken)',
  '--mantine-color-disabled-color': 'var(--ink-3)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
  '--mantine-color-accent-filled': 'var(--accent)',
  '--mantine-color-accent-filled-hover': 'var(--accent-hover)',
  '--mantine-color-accent-light': 'var(--accent-soft)',
  '--mantine-color-accent-light-hover': 'var(--accent-soft)',
  '--mantine-color-accent-light-color': 'var(--on-accent-soft)',
  '--mantine-color-accent-outline': 'var(--accent-line)',
  '--mantine-color-gray-light-color': 'var(--ink-2)',
  '--mantine-color-gray-light-hover': 'var(--hover)',
  '--mantine-color-gray-outline': 'var(--line)',
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: shared,
});
